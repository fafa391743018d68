import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { STANDARD_CONFIG } from '../../src/tenants/standard-config.ts';
import { checker } from '../../src/contract/validate.ts';
import type { Principal } from '../../src/contract/types.ts';
import { createLog } from '../../src/log.ts';
import { type Core, openCore } from '../../src/service.ts';
import { createTenant } from '../../src/tenants/tenants.ts';
import { OPERATOR_ACTOR, createToken } from '../../src/tenants/tokens.ts';
import { openapi } from '../../src/web/openapi.ts';
import { ROUTES } from '../../src/web/openapi-routes.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

const TENANT = 'acme';
let database: TestDatabase;
let core: Core;
let app: Hono;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  database = await createDatabase();
  const clock = () => new Date();
  core = await openCore(database.url, clock);
  app = createApp({ ...core, clock, log: createLog('silent') });
  const tenant = { name: 'Acme', vertical: 'health', config: STANDARD_CONFIG };
  await core.ledger.submit(TENANT, (tx) => createTenant(tx, core.policy, OPERATOR_ACTOR, tenant));
  for (const [name, kind, roles] of [
    ['agent', 'agent', []],
    ['mona', 'human', ['planner']],
    ['olaf', 'human', ['operator']],
    ['ada', 'human', ['admin']],
  ] as [string, Principal['kind'], Principal['roles']][])
    tokens[name] = await core.ledger.submit(TENANT, (tx) =>
      createToken(tx, OPERATOR_ACTOR, {
        tokenId: name,
        secret: 's'.repeat(43),
        principal: { kind, id: name, roles },
        expiresAt: null,
      }),
    );
});
afterAll(async () => {
  await core?.close();
  await database?.drop();
});

describe('the document', () => {
  test('is OpenAPI 3.1', async () => {
    expect(await new Validator().validate(structuredClone(openapi))).toMatchObject({ valid: true });
  });

  test('is what docs/openapi.json holds', async () => {
    const golden = await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
    expect(JSON.parse(golden)).toEqual(JSON.parse(JSON.stringify(openapi)));
  });

  test('has the routes of the app, and no others', () => {
    const served = app.routes.filter((route) => route.method !== 'ALL').map(({ method, path }) => `${method} ${path}`);
    const documented = Object.entries(openapi.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(documented.sort()).toEqual([...new Set(served)].sort());
  });

  test('points at what is there, and holds nothing that it does not point at', () => {
    const refs = [...JSON.stringify(openapi).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
    for (const ref of refs) expect(resolve(ref), ref).toBeTypeOf('object');
    const pointedAt = new Set(refs.map((ref) => ref.split('/')[3]));
    expect(Object.keys(openapi.components.schemas).filter((name) => !pointedAt.has(name))).toEqual([]);
    expect(JSON.stringify(openapi)).not.toMatch(/"\$id"|"\$defs"/);
  });

  test('names each operation once, and each parameter of its path', () => {
    expect(new Set(ROUTES.map((route) => route.id)).size).toBe(ROUTES.length);
    for (const [path, operations] of Object.entries(openapi.paths))
      for (const operation of Object.values(operations) as { parameters?: { in: string; name: string }[] }[]) {
        const named = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => `{${one.name}}`);
        expect(named, path).toEqual(path.match(/\{\w+\}/g) ?? []);
      }
  });
});

describe('answers have the shape that is documented', () => {
  test('service, tenant and audit', async () => {
    await call('GET', '/healthz', {});
    await call('GET', '/readyz', {});
    await call('GET', '/openapi.json', {});
    await call('GET', '/v1/tenant/config', { as: 'ada' });
    await call('PUT', '/v1/tenant/config', { as: 'ada', body: STANDARD_CONFIG });
    await call('GET', '/v1/audit/head', { as: 'ada' });
    const { body } = await call('GET', '/v1/audit/entries?limit=3', { as: 'ada' });
    expect(body.entries).toHaveLength(3);
    for (const { leaf } of body.entries) expect(checker('audit-entry.json')(JSON.parse(leaf))).toEqual([]);
  });

  test('from a plan to a launch, by ticket, verdict, permit and outcome', async () => {
    const flights = [{ platform: 'meta', start: '2026-01-01', end: '2026-03-31', budget_minor: 500_000 }];
    const payload = { name: 'Q1', currency: 'EUR', total_budget_minor: 500_000, flights };
    await call('POST', '/v1/plans', { as: 'agent', body: { type: 'initial', payload }, status: 201 });
    const execute = question('plan.execute', 'plan', '1');
    const plan = await ask(execute, 'review');
    await approve(plan.ticket.ticket_id, 'mona');
    await ask(execute, 'allow');
    await call('GET', '/v1/plans', { as: 'mona' });
    await call('GET', '/v1/plans/1', { as: 'mona' });

    const campaign = {
      id: 'c1',
      name: 'C1',
      platform: 'meta',
      plan_version: 1,
      approved: { daily_budget_minor: 1000 },
    };
    await call('POST', '/v1/campaigns', { as: 'agent', body: campaign, status: 201 });
    const creative = {
      id: 'cr1',
      name: 'Hello',
      platform: 'meta',
      headline: 'Hi',
      body: 'There',
      audience: { age_min: 18 },
    };
    await call('POST', '/v1/creatives', { as: 'agent', body: creative, status: 201 });
    for (const path of ['/v1/campaigns', '/v1/campaigns/c1', '/v1/creatives?limit=1', '/v1/creatives/cr1'])
      await call('GET', path, { as: 'mona' });

    const launch = question('campaign.launch', 'campaign', 'c1');
    const { ticket } = await ask(launch, 'review');
    await call('POST', `/v1/tickets/${ticket.ticket_id}/comments`, {
      as: 'agent',
      body: { comment: 'please' },
      status: 201,
    });
    await approve(ticket.ticket_id, 'olaf');
    const allowed = await ask({ ...launch, context: { approval: { ticket_id: ticket.ticket_id } } }, 'allow');
    const detail = await call('GET', `/v1/tickets/${ticket.ticket_id}?wait=1`, { as: 'agent' });
    expect(detail.body).toMatchObject({ state: 'consumed', consumed_by: allowed.decision_id });
    await call('GET', `/v1/tickets/${ticket.ticket_id}`, {
      as: 'agent',
      headers: { 'if-none-match': detail.etag! },
      status: 304,
    });
    await call('GET', `/v1/decisions/${allowed.decision_id}`, { as: 'agent' });
    const outcome = `/v1/decisions/${allowed.decision_id}/outcome`;
    await call('POST', outcome, { as: 'agent', body: { status: 'applied' }, status: 201 });
    await call('POST', outcome, { as: 'agent', body: { status: 'applied' }, status: 409 });
    await call('GET', `/v1/decisions/${allowed.decision_id}`, { as: 'agent' });
    await call('GET', '/v1/tickets?state=consumed&limit=1', { as: 'mona' });
  });

  test('revision, cancellation, revocation and batch', async () => {
    const change = (after: number) =>
      question('budget.change', 'campaign', 'c1', { field: 'daily_budget_minor', after });
    const raised = await ask(change(5000), 'review');
    const path = `/v1/tickets/${raised.ticket.ticket_id}`;
    await call('POST', `${path}/verdicts`, {
      as: 'olaf',
      body: { ...(await seen(path)), verdict: 'request_changes', comment: 'less' },
      status: 201,
    });
    await call('POST', `${path}/revisions`, { as: 'agent', body: change(4000), status: 201 });
    const stale = { verdict: 'approve', revision: 1, subject_hash: raised.ticket.subject_hash };
    const { body } = await call('POST', `${path}/verdicts`, { as: 'olaf', body: stale, status: 409 });
    expect(body.difference).toContainEqual({ path: '/action/properties/after', before: 5000, after: 4000 });
    await call('POST', `${path}/cancellation`, { as: 'agent', body: { comment: 'no more' }, status: 201 });
    await call('POST', `${path}/revocation`, { as: 'ada', body: { comment: 'no' }, status: 409 });
    const headers = { 'idempotency-key': 'b1' };
    const two = (second: object) => ({ decisions: [change(1001), second] });
    await call('POST', '/v1/decisions/batch', {
      as: 'agent',
      headers,
      body: two(question('no.such', 'campaign', 'c1')),
    });
    const { body: again } = await call('POST', '/v1/decisions/batch', {
      as: 'agent',
      headers,
      body: two(change(1002)),
    });
    expect(again.decisions[1]).toMatchObject({ problem: { code: 'idempotency.conflict' } });
    await call('POST', '/v1/decisions/batch', { as: 'agent', body: two({}), status: 400 });
  });

  test('problems', async () => {
    const body = question('plan.execute', 'plan', '1');
    await call('POST', '/v1/decisions', { body, status: 401 });
    await call('POST', '/v1/decisions', { as: 'agent', body: { ...body, subject: 7 }, status: 400 });
    await call('POST', '/v1/decisions', { as: 'agent', body, headers: { 'content-type': 'text/plain' }, status: 415 });
    await call('POST', '/v1/decisions', { as: 'agent', body: 'x'.repeat(1_100_000), status: 413 });
    const headers = { 'idempotency-key': 'k1' };
    await call('POST', '/v1/decisions', { as: 'agent', body, headers });
    await call('POST', '/v1/decisions', {
      as: 'agent',
      body: question('plan.execute', 'plan', '2'),
      headers,
      status: 409,
    });
    await call('GET', '/v1/decisions/D-999999', { as: 'agent', status: 404 });
    await call('GET', '/v1/tickets?limit=0', { as: 'agent', status: 400 });
    await call('GET', '/v1/audit/head', { as: 'agent', status: 403 });
    const looser = structuredClone(STANDARD_CONFIG);
    looser.loop_policy.tool_rounds_max = 50;
    const refused = await call('PUT', '/v1/tenant/config', { as: 'ada', body: looser, status: 422 });
    expect(refused.body.errors).toMatchObject([{ field: '/loop_policy/tool_rounds_max', value: 50, ceiling: 5 }]);
  });
});

interface Options {
  as?: string;
  body?: unknown;
  headers?: Record<string, string>;
  status?: number;
}

/** Calls the app and holds the answer against the schema that the route table names for its path and status. */
async function call(method: string, url: string, { as, body, headers = {}, status = 200 }: Options) {
  const response = await app.request(url, {
    method,
    headers: {
      ...(as && { authorization: `Bearer ${tokens[as]}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, `${method} ${url}: ${text}`).toBe(status);
  const route = ROUTES.find(
    (one) =>
      one.method === method.toLowerCase() && new RegExp(`^${one.path.replace(/\{\w+\}/, '[^/]+')}(\\?|$)`).test(url),
  )!;
  const operation = (openapi.paths[route.path] as Record<string, any>)[route.method];
  const documented = operation.responses[status];
  expect(documented, `${method} ${url} ${status} is documented`).toBeDefined();
  const answer: any = text === '' ? null : JSON.parse(text);
  const etag = response.headers.get('etag');
  if (status >= 400) {
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(documented.description).toContain(`\`${answer.code}\``);
    expect(checker('problem.json')(answer)).toEqual([]);
  } else {
    const { schema, headers: named = [] } = route.answers.find((one) => one.status === status)!;
    expect(schema ? checker(schema)(answer) : answer, `${method} ${url}: ${text}`).toEqual(schema ? [] : null);
    for (const name of named) expect(response.headers.get(name), name).toBeTruthy();
  }
  return { body: answer, etag };
}

function question(name: string, type: string, id: string, properties?: object) {
  return {
    subject: { type: 'agent', id: 'agent' },
    action: { name, ...(properties && { properties }) },
    resource: { type, id },
  };
}

async function ask(body: object, effect: string) {
  const answer = await call('POST', '/v1/decisions', { as: 'agent', body });
  expect(answer.body.effect, JSON.stringify(answer.body.reasons)).toBe(effect);
  return answer.body;
}

async function seen(path: string) {
  const { body } = await call('GET', path, { as: 'ada' });
  return { revision: body.revision, subject_hash: body.subject_hash };
}

async function approve(ticketId: string, voter: string): Promise<void> {
  const path = `/v1/tickets/${ticketId}`;
  await call('POST', `${path}/verdicts`, {
    as: voter,
    body: { ...(await seen(path)), verdict: 'approve' },
    status: 201,
  });
}

function resolve(ref: string): unknown {
  return ref
    .slice(2)
    .split('/')
    .reduce<any>((node, key) => node?.[key], openapi);
}
