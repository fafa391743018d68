import { schemas } from '../../src/contract/validate.ts';
import { STANDARD_CONFIG } from '../../src/tenants/standard-config.ts';
import { ROUTES } from '../../src/web/openapi-routes.ts';
import { type Agency, type Answer, type Person, PLAN, ask, issueToken, must, openAgency } from '../support/agency.ts';
import type { Stage } from './support.ts';

// An agency in which each kind of page has something to show, and every text that a caller is free to choose was written by somebody hostile.

/** Markup, script, markdown, and marks that turn or hide text. No longer than the shortest field has room for. */
const HOSTILE = '<img src=x onerror=pwned=1>\u202e\u200b**';
const SCRIPT = '<script>pwned=1</script>[x](javascript:pwned=1)\u2066&amp;{{7*7}}${7*7}\u0007 ';
/** The same as a page has to show it. */
const SHOWN = '<img src=x onerror=pwned=1>U+202EU+200B**';

/** A field's own hostile text, which is found again by its word; as long as the field may be. */
function evil(word: string, length: number): string {
  const head = `${HOSTILE}${word}** `;
  return `${head}${SCRIPT}`.padEnd(length, 'w').slice(0, length);
}
/** What a page shows of a field's text, at the least. */
export const shownOf = (word: string): string => `${SHOWN}${word}**`;

export interface World {
  agency: Agency;
  /** Words of all hostile texts that were sent. */
  words: string[];
  /** Free texts of the API's bodies that nobody sent, as `operation pointer`. */
  unsent: string[];
  /** A living ticket, with the most on its page. */
  ticket: string;
  tickets: string[];
  /** The red flags. */
  loop: string;
  spend: string;
  plan: number;
  changeSet: string;
}

/** An agency `acme`; beside its people there is vera, who sees every page of the agency. */
export async function fillWorld(stage: Stage): Promise<World> {
  const agency = await openAgency(stage.service, 'acme', {
    ...STANDARD_CONFIG,
    client_portal: { approve_creative_themes: true, mandate_max_increase_pct: 20 },
  });
  const roles = ['admin', 'operator', 'planner', 'auditor', 'legal'] as const;
  await issueToken(stage.service, 'acme', 'vera', { kind: 'human', id: 'vera', roles: [...roles] });

  const sent = new Set<string>();
  const words = new Set<string>();
  const evilOf = (word: string, length: number) => {
    words.add(word);
    return evil(word, length);
  };
  const send = async (who: Person, method: 'POST' | 'PUT', path: string, body: unknown): Promise<any> => {
    const answer: Answer = await stage.call(agency.tokens[who], method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
    for (const pointer of hostilePointers(body)) sent.add(`${operationOf(method, path)} ${pointer}`);
    return answer.body;
  };
  const post = (who: Person, path: string, body: unknown) => send(who, 'POST', path, body);
  const decide = async (question: unknown) => {
    const decision = await post('bot', '/v1/decisions', question);
    if (decision.effect === 'deny') throw new Error(`denied: ${JSON.stringify(decision.reasons)}`);
    return decision;
  };
  const change = (campaign: string, after: number, more: object = {}, field = 'daily_budget_minor') =>
    ask('budget.change', `campaign/${campaign}`, { field, after, ...more });
  const vote = ({ ticket_id }: any, who: Person, verdict: string, more: object = {}) =>
    must(stage.call(agency.tokens.anna, 'GET', `/v1/tickets/${ticket_id}`), 200).then(({ body }) =>
      post(who, `/v1/tickets/${ticket_id}/verdicts`, {
        verdict,
        revision: body.revision,
        subject_hash: body.subject_hash,
        ...more,
      }),
    );
  const approve = async (ticket: any) => {
    const voters: Record<string, Person> = { planner: 'paul', client: 'clara', operator: 'olga', admin: 'anna' };
    for (const { any_of } of ticket.slots) await vote(ticket, voters[any_of[0]]!, 'approve');
  };
  const applied = async (decision: any, more: object = {}) =>
    post('bot', `/v1/decisions/${decision.decision_id}/outcome`, { status: 'applied', ...more });

  await send('olga', 'PUT', '/v1/people/me/contact', { name: evilOf('personname', 120).replace('\u0007', '') });

  // Plans and campaigns
  const payload = (more: object = {}) => ({
    ...PLAN.payload,
    name: evilOf('planname', 500),
    flights: [{ ...PLAN.payload.flights[0]!, platform: evilOf('planplatform', 64) }],
    audiences: [evilOf('audience', 500), 'runners'],
    creative_themes: [evilOf('theme', 500)],
    ...more,
  });
  await post('bot2', '/v1/plans', { type: 'initial', payload: payload() });
  await approve((await decide(ask('plan.execute', 'plan/1'))).ticket);
  const revised = payload({ creative_themes: [evilOf('newtheme', 500)], audiences: [evilOf('newaudience', 500)] });
  const { version } = await post('bot2', '/v1/plans', { type: 'revise', base_version: 1, payload: revised });
  const replan = (await decide(ask('plan.revise', `plan/${version}`))).ticket;
  const draft = { type: 'replan', base_version: 1, payload: payload() };
  const objected = (await post('bot2', '/v1/plans', draft)).version;
  const { ticket: objection } = await decide(ask('plan.replan', `plan/${objected}`));
  for (const id of ['c1', 'c2', 'c3'])
    await post('bot', '/v1/campaigns', {
      id,
      name: evilOf(`campaign${id}`, 500),
      platform: evilOf('platform', 64),
      plan_version: 1,
      approved: { daily_budget_minor: 10_000, bid_minor: 100 },
      platform_ids: { ad_set: evilOf('platformid', 200) },
    });
  await send('bot', 'PUT', '/v1/campaigns/c1/platform-ids', { platform_ids: { campaign: evilOf('laterid', 200) } });

  // Changes: one applied and rolled back, one that nobody reported on
  const reason = evilOf('reason', 10_000);
  const applies = await decide(change('c1', 101, { reason }, 'bid_minor'));
  const changeSet = (await applied(applies, { detail: evilOf('outcome', 10_000) })).change_set_id;
  await post('bot', `/v1/change-sets/${changeSet}/rollback`, {});
  await applied(await decide(change('c2', 10_100)));
  await decide(change('c2', 101, {}, 'bid_minor'));

  // The ticket with everything on it
  const note = evilOf('note', 100_000);
  const wanted = (after: number, more: object = {}) => ({
    ...change('c1', after, { reason: evilOf('why', 10_000), note }),
    resource: { type: 'campaign', id: 'c1', properties: { brand: 'own', ...more } },
  });
  const { ticket } = await decide(wanted(15_000));
  const at = `/v1/tickets/${ticket.ticket_id}`;
  const attachments = (word: string) => [
    {
      name: evilOf(word, 255).replace('\u0007', ''),
      reference: `https://files.test/<script>pwned=1</script>\u202e${word}`,
      sha256: 'a'.repeat(64),
      media_type: 'application/pdf',
      size_bytes: 1234,
    },
  ];
  const comment = (who: Person, word: string, visibility: string) =>
    post(who, `${at}/comments`, { comment: evilOf(word, 10_000), visibility, attachments: attachments(`file${word}`) });
  await comment('bot', 'internalcomment', 'internal');
  await comment('olga', 'sharedcomment', 'shared');
  const { seq } = await comment('bot', 'firstwording', 'internal');
  await send('bot', 'PUT', `${at}/comments/${seq}`, {
    comment: evilOf('otherwording', 10_000),
    attachments: attachments('otherfile'),
  });
  await vote(ticket, 'olga', 'request_changes', {
    comment: evilOf('verdictcomment', 10_000),
    changes: [
      { pointer: '/action/properties/note', constraint: { ne: 'x' }, note: evilOf('changenote', 1000) },
      { pointer: '/action/properties/after', constraint: { at_most: 14_000 } },
      { pointer: '/action/properties/a', constraint: { ne: evilOf('notequal', 1000) } },
      { pointer: '/action/properties/b', constraint: { not_one_of: [evilOf('noneof', 1000)] } },
      { pointer: '/resource/properties/c', constraint: { one_of: [evilOf('oneof', 1000)] } },
      { pointer: '/resource/properties/d', constraint: { subset_of: [evilOf('subset', 1000)] } },
      { pointer: '/resource/properties/e', constraint: { eq: evilOf('equal', 1000) } },
    ],
  });
  await post('bot', `${at}/revisions`, {
    ...wanted(14_000, {
      platform: evilOf('laterplatform', 64),
      c: evil('oneof', 1000),
      d: [evil('subset', 1000)],
      e: evil('equal', 1000),
    }),
  });
  await send('omar', 'PUT', `${at}/claim`, { minutes: 60 });

  // Tickets that ended, each in its way
  const taken = (await decide(change('c3', 8_000))).ticket;
  await post('bot', `/v1/tickets/${taken.ticket_id}/cancellation`, { comment: evilOf('cancelled', 10_000) });
  const revoked = (await decide(change('c3', 7_000))).ticket;
  await approve(revoked);
  await post('olga', `/v1/tickets/${revoked.ticket_id}/revocation`, { comment: evilOf('revoked', 10_000) });
  const override = (await decide(ask('reconciliation.override', 'reconciliation/inv-1'))).ticket;
  await vote(override, 'anna', 'approve', { comment: evilOf('approvalcomment', 10_000) });
  const open = change('c3', 13_000, { [evil('propertyname', 100)]: evilOf('property', 500) });
  const { ticket: rejected } = await decide({
    ...open,
    subject: { ...open.subject, properties: { mood: evilOf('subject', 500) } },
    resource: { ...open.resource, properties: { brand: evilOf('resource', 500) } },
    context: { memo: evilOf('context', 500) },
  });
  await vote(rejected, 'clara', 'reject', { comment: evilOf('clientsword', 10_000) });

  // Creatives, access
  await post('bot', '/v1/creatives', {
    id: 'cr-1',
    name: evilOf('creativename', 500),
    platform: evilOf('creativeplatform', 64),
    campaign_id: 'c1',
    headline: `Supports healthy sleep. ${evilOf('headline', 970)}`,
    body: evilOf('body', 10_000),
    audience: { age_min: 18, countries: ['US'], interests: [evilOf('interest', 500)] },
    attributes: { disclaimer: evilOf('disclaimer', 2000), product_category: evilOf('category', 64) },
    certifications: [evilOf('certification', 100)],
  });
  const creative = (await decide(ask('creative.launch', 'creative/cr-1'))).ticket;
  const permission = evilOf('permission', 190);
  const access = (
    await decide({
      ...ask('access.grant', 'access/page', { permissions: [permission, 'read'] }),
      resource: { type: 'access', id: 'page', properties: { platform: evilOf('accessplatform', 64) } },
    })
  ).ticket;
  const terms = [{ pointer: '/action/properties/permissions', subset_of: [permission] }];
  await vote(access, 'anna', 'approve', { terms });

  // Runs: a loop that was stopped, spend that was stopped, and one that goes on
  const work = (run_id: string) => ({
    run_id,
    task_id: `task-${run_id}`,
    main_task_id: 'copy',
    agent: 'bid-bot',
    model: 'gpt-4o',
  });
  const start = (run_id: string) =>
    post('bot', '/v1/runs', { ...work(run_id), estimate: { usd: '1', reason: evilOf(`estimate${run_id}`, 1000) } });
  const step = (run: string, step_id: string) =>
    post('bot', `/v1/runs/${run}/steps`, {
      kind: 'qc_correction',
      step_id,
      cause: { code: 'off_brand', detail: evilOf(`cause${run}`, 1000) },
    });
  const spend = (run_id: string, event_id: string, more: object) =>
    post('desk', '/v1/spend-events', { event_id, run_id, ...more });
  const hold = (run: string, hold_id: string) =>
    post('bot', `/v1/runs/${run}/holds`, { hold_id, model: 'gpt-4o', input_tokens: 100, max_output_tokens: 100 });
  for (const run of ['loop', 'dear', 'steady']) await start(run);
  for (const id of ['s1', 's2', 's3']) await step('loop', id);
  await step('steady', 's1');
  await post('olga', '/v1/runs/steady/estimate', { usd: '2', reason: evilOf('reestimate', 1000) });
  for (const id of ['h1', 'h2', 'h3']) await hold('steady', id);
  await post('bot', '/v1/runs/steady/holds/h1/uncertain', { reason: evilOf('doubt', 1000) });
  await post('bot', '/v1/runs/steady/holds/h2/release', { reason: evilOf('release', 1000) });
  const unknown = { provider: evilOf('provider', 64), model: evilOf('model', 200), tier: evilOf('tier', 64) };
  await post('bot', '/v1/runs/steady/holds/h3/settlement', { ...unknown, tokens: { input_tokens: 5 } });
  await post('bot', '/v1/runs/steady/holds', { hold_id: 'h4', ...unknown, input_tokens: 1, max_output_tokens: 1 });
  await spend('steady', 'e1', { pico_usd: '1000000000' });
  await spend('steady', 'e2', { correction_pico_usd: '-1000000', reason: evilOf('correction', 1000) });
  await spend('steady', 'e3', { ...unknown, tokens: { input_tokens: 5 } });
  const waive = { source: 'service-desk', event_id: 'e3', verdict: 'waive', reason: evilOf('waived', 1000) };
  await post('olga', '/v1/runs/steady/unpriced-resolutions', waive);
  await spend('steady', 'e5', { ...unknown, tokens: { input_tokens: 5 } });
  await spend('steady', 'e4', { model: 'gpt-4o', usage: { prompt_tokens: 5, note: evil('usage', 1000) } });
  await spend('dear', 'd1', { pico_usd: '500000000000' });
  await spend('dear', 'd2', { pico_usd: '3500000000000' });
  const now = stage.clock().toISOString();
  const results = [false, true].map((pass, n) => ({
    ...work('steady'),
    result_id: `q-${n}`,
    pass,
    failure_codes: pass ? [] : ['off_brand'],
    at: now,
  }));
  await post('desk', '/v1/qc/results', { results });
  const loop = { ...work('steady'), loop_id: 'l-1', depth: 2, causes: ['off_brand', 'off_brand'], at: now };
  await post('desk', '/v1/qc/loops', loop);

  const batch = {
    ...change('c3', 9_900, { reason: evilOf('batch', 10_000) }),
    resource: { type: 'campaign', id: 'c3', properties: { platform: evilOf('batchplatform', 64) } },
  };
  await post('bot', '/v1/decisions/batch', { decisions: [batch] });
  await post('clara', '/v1/mandates', {
    max_increase_pct: 10,
    expires_at: new Date(stage.clock().getTime() + 7 * 86_400_000).toISOString(),
    note: evilOf('mandate', 500),
  });
  // Windows of the metrics end with the last full minute.
  stage.clock.advance({ minutes: 2 });
  const flagged = await must(stage.call(agency.tokens.anna, 'GET', '/v1/tickets?red_flag=true'), 200);
  const flagOf = (type: string) => flagged.body.tickets.find((one: any) => one.type === type).ticket_id;
  return {
    agency,
    loop: flagOf('A8'),
    spend: flagOf('A9'),
    words: [...words],
    unsent: freeTexts().filter((one) => ![...sent].some((pointer) => isOf(one, pointer))),
    ticket: ticket.ticket_id,
    tickets: [replan, objection, taken, revoked, override, rejected, creative, access].map((one) => one.ticket_id),
    plan: version,
    changeSet,
  };
}

/** `POST /v1/tickets/{id}/comments`, by the table of the API. */
function operationOf(method: string, path: string): string {
  const fits = (template: string) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  const found = ROUTES.filter((route) => route.method === method.toLowerCase() && fits(route.path));
  // `/v1/decisions/batch` fits `/v1/decisions/{id}` too.
  const { path: template } = found.sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0]!;
  return `${method} ${template}`;
}

/** Where a body has hostile text: `/payload/audiences/*`. Names chosen by its author are `{}`. */
function hostilePointers(value: unknown, at = ''): string[] {
  if (typeof value === 'string') return value.includes(HOSTILE) || value.includes('<script>') ? [at] : [];
  if (Array.isArray(value)) return value.flatMap((one) => hostilePointers(one, `${at}/*`));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, one]) => hostilePointers(one, `${at}/${name}`));
}

/** Is it a text of that kind? A name that the author chose stands for `{}`. */
function isOf(kind: string, pointer: string): boolean {
  const [kinds, steps] = [kind.split('/'), pointer.split('/')];
  return kinds.length === steps.length && kinds.every((one, i) => one === steps[i] || one === '{}');
}

/** Every text in a body of the API that its author is free to choose: no pattern, no format, no list of choices. */
function freeTexts(): string[] {
  return ROUTES.flatMap(({ method, path, body }) => {
    const file = body?.schema.split('#')[0];
    if (!body || !file) return [];
    const found = new Set(textsOf({ $ref: body.schema }, file));
    return [...found].map((pointer) => `${method.toUpperCase()} ${path} ${pointer}`);
  });
}

function textsOf(schema: any, file: string, at = '', depth = 0): string[] {
  if (typeof schema !== 'object' || schema === null || depth > 20) return [];
  if (schema.$ref) return resolve(schema.$ref, file, (found, where) => textsOf(found, where, at, depth + 1));
  const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  const isText = [schema.type].flat().includes('string');
  const isFree = isText && !schema.enum && schema.const === undefined && !schema.pattern && !schema.format;
  return [
    ...(isFree ? [at] : []),
    ...parts.flatMap((part: any) => textsOf(part, file, at, depth + 1)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
      textsOf(part, file, `${at}/${name}`, depth + 1),
    ),
    ...textsOf(schema.items, file, `${at}/*`, depth + 1),
    ...textsOf(schema.additionalProperties, file, `${at}/{}`, depth + 1),
  ];
}

function resolve<T>(ref: string, file: string, then: (schema: any, file: string) => T): T {
  const [name, pointer = ''] = ref.split('#') as [string, string?];
  const where = name || file;
  const steps = pointer.split('/').filter(Boolean);
  return then(
    steps.reduce((part: any, step) => part[step], schemas[where]),
    where,
  );
}
