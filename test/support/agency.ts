import { hash } from 'node:crypto';
import type { Hono } from 'hono';
import { createApp } from '../../src/app.ts';
import { type Ledger, type LedgerOptions, createLedger } from '../../src/audit/ledger.ts';
import { type EntryDraft, emptyTip, sealEntry } from '../../src/audit/entry.ts';
import type { Creative, Plan, Principal, TenantConfig } from '../../src/contract/types.ts';
import { type Sql, connect } from '../../src/db/postgres.ts';
import { createLog } from '../../src/log.ts';
import { type Destinations, readDestinations } from '../../src/notify/destination.ts';
import { type Feed, createFeed } from '../../src/notify/feed.ts';
import { type Vault, createVault } from '../../src/notify/vault.ts';
import { type Policy, loadPolicy } from '../../src/policy/policy.ts';
import { STANDARD_CONFIG } from '../../src/tenants/standard-config.ts';
import { createTenant } from '../../src/tenants/tenants.ts';
import { createToken } from '../../src/tenants/tokens.ts';
import { type Watch, createWatch } from '../../src/tickets/watch.ts';

// What the tests of the whole service stand on: a node without a socket, and an agency with people, agents and a plan,
// made by the service's own commands.

const BUNDLE = new URL('../../policies/bundle/', import.meta.url);

/** A clock that stands still until it is told to go on. */
export interface Clock {
  (): Date;
  advance(time: { days?: number; hours?: number; minutes?: number }): void;
}

export function createClock(start = '2026-03-02T09:00:00.000Z'): Clock {
  let now = Date.parse(start);
  const clock = (() => new Date(now)) as Clock;
  clock.advance = ({ days = 0, hours = 0, minutes = 0 }) => {
    now += ((days * 24 + hours) * 60 + minutes) * 60_000;
  };
  return clock;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; undefined when there is none. Loosely typed: tests say what they expect of it. */
  body: any;
}

/** Sends one request. A string or bytes go as they are, anything else as JSON; `null` as token sends none. */
export type Call = (
  token: string | null,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** One service instance: an app and a ledger with connections of their own. Several may share a database. */
export interface Node {
  app: Hono;
  call: Call;
  ledger: Ledger;
  policy: Policy;
  sql: Sql;
  watch: Watch;
  feed: Feed;
  vault: Vault;
  destinations: Destinations;
  close(): Promise<void>;
}

/** Where links lead. */
export const PUBLIC_URL = 'https://placet.test';

let nodes = 0;

export async function openNode(
  url: string,
  {
    clock = createClock(),
    connections = 4,
    watch = createWatch(),
    webhookAllow,
    lookMs = 1000,
    ...options
  }: {
    clock?: () => Date;
    connections?: number;
    watch?: Watch;
    webhookAllow?: string;
    /** How often a stream of events looks for what other nodes wrote. */
    lookMs?: number;
  } & Partial<LedgerOptions> = {},
): Promise<Node> {
  // The pools as the service has them: commits follow each other on one connection.
  const commitSql = connect(url, { max: 1, name: 'placet-commit' });
  const factSql = connect(url, { max: 3, name: 'placet-facts' });
  const sql = connect(url, { max: connections });
  const salt = createSalts();
  const ledger = createLedger({ sql: factSql, commitSql, clock, salt, onCommit: watch.onCommit, ...options });
  const policy = await loadPolicy(BUNDLE);
  const feed = createFeed({ sql, watch, publicUrl: PUBLIC_URL, lookMs });
  const vault = createVault(Buffer.alloc(32, 7));
  const destinations = readDestinations(webhookAllow);
  const log = createLog('silent');
  const app = createApp({ sql, ledger, policy, watch, feed, vault, destinations, clock, log });
  return {
    app,
    call: caller((path, init) => app.request(path, init)),
    ledger,
    policy,
    sql,
    watch,
    feed,
    vault,
    destinations,
    async close() {
      feed.close();
      await ledger.close();
      await Promise.all([commitSql, factSql, sql].map((pool) => pool.end({ timeout: 1 })));
    },
  };
}

export function caller(request: (path: string, init: RequestInit) => Response | Promise<Response>): Call {
  return async (token, method, path, body, headers = {}) => {
    const raw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
    const response = await request(path, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
      ...(body instanceof ReadableStream && { duplex: 'half' }),
    } as RequestInit);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };
}

/** Salts that are the same in every run, and different on every node: two nodes never seal the same leaf. */
function createSalts(): () => Buffer {
  const node = nodes++;
  let n = 0;
  return () => hash('sha256', `salt ${node}/${n++}`, 'buffer').subarray(0, 16);
}

export const CONFIG: TenantConfig = STANDARD_CONFIG;

/** Who works at the agency: agents, a service and humans, two of the roles that fill slots. */
const STAFF = {
  bot: { kind: 'agent', id: 'bid-bot', roles: [] },
  bot2: { kind: 'agent', id: 'copy-bot', roles: [] },
  desk: { kind: 'service', id: 'service-desk', roles: [] },
  paul: { kind: 'human', id: 'paul', roles: ['planner'] },
  petra: { kind: 'human', id: 'petra', roles: ['planner'] },
  olga: { kind: 'human', id: 'olga', roles: ['operator'] },
  omar: { kind: 'human', id: 'omar', roles: ['operator'] },
  anna: { kind: 'human', id: 'anna', roles: ['admin'] },
  lena: { kind: 'human', id: 'lena', roles: ['legal'] },
  clara: { kind: 'human', id: 'clara', roles: ['client'] },
  aldo: { kind: 'human', id: 'aldo', roles: ['auditor'] },
} as const satisfies Record<
  string,
  { kind: Principal['kind']; id: string; roles: readonly Principal['roles'][number][] }
>;

export type Person = keyof typeof STAFF;

export interface Agency {
  tenant: string;
  /** The bearer token of each. */
  tokens: Record<Person, string>;
}

export const OPERATOR = { type: 'service', id: 'tests' };

/** What it takes to set an agency up: a node, or a service that listens. */
type Ground = Pick<Node, 'ledger' | 'policy' | 'call'>;

/** A tenant with a token for everyone, and nothing else. */
export async function openAgency(
  node: Omit<Ground, 'call'>,
  tenant: string,
  config: TenantConfig = CONFIG,
): Promise<Agency> {
  await node.ledger.submit(tenant, (tx) =>
    createTenant(tx, node.policy, OPERATOR, { name: `Agency ${tenant}`, vertical: 'health', config }),
  );
  const tokens = await Promise.all(
    Object.entries(STAFF).map(async ([person, { kind, id, roles }]) => [
      person,
      await issueToken(node, tenant, person, { kind, id, roles: [...roles] }),
    ]),
  );
  return { tenant, tokens: Object.fromEntries(tokens) };
}

export function issueToken(
  node: Pick<Ground, 'ledger'>,
  tenant: string,
  tokenId: string,
  principal: Principal,
  expiresAt: string | null = null,
): Promise<string> {
  const secret = hash('sha256', `${tenant} ${tokenId}`, 'base64url').slice(0, 32);
  return node.ledger.submit(tenant, (tx) => createToken(tx, OPERATOR, { tokenId, secret, principal, expiresAt }));
}

export const PLAN: Plan = {
  type: 'initial',
  payload: {
    name: 'Spring',
    currency: 'USD',
    total_budget_minor: 1_000_000,
    flights: [{ platform: 'meta', start: '2026-04-01', end: '2026-04-30', budget_minor: 1_000_000 }],
  },
};

export const CREATIVE: Creative = {
  id: 'cr-1',
  name: 'Calm evenings',
  platform: 'meta',
  headline: 'A quiet cup of tea',
  body: 'Chamomile tea for the end of the day.',
  audience: { age_min: 18, countries: ['US'] },
};

/** A question in the name of the agent `bid-bot`. `resource` is `<type>/<id>`. */
export function ask(action: string, resource: string, properties?: Record<string, unknown>, approval?: string): any {
  const at = resource.indexOf('/');
  return {
    subject: { type: 'agent', id: 'bid-bot' },
    action: { name: action, ...(properties && { properties }) },
    resource: { type: resource.slice(0, at), id: resource.slice(at + 1) },
    ...(approval !== undefined && { context: { approval: { ticket_id: approval } } }),
  };
}

/** A change of a campaign's daily budget, which stands at 10,000. */
export const budget = (campaign: string, after: number, approval?: string): any =>
  ask('budget.change', `campaign/${campaign}`, { field: 'daily_budget_minor', after }, approval);

/** Registers plan 1 and has it approved, as every campaign needs one. */
export async function approvePlan(call: Call, { tokens }: Agency): Promise<void> {
  await must(call(tokens.bot2, 'POST', '/v1/plans', PLAN), 201);
  const { body } = await must(call(tokens.bot, 'POST', '/v1/decisions', ask('plan.execute', 'plan/1')), 200);
  await must(vote(call, tokens.paul, body.ticket, 'approve'), 201);
}

/** Registers a campaign under plan 1: 100.00 a day, bids of 1.00. */
export async function addCampaign(call: Call, { tokens }: Agency, id: string, planVersion = 1): Promise<void> {
  const approved = { daily_budget_minor: 10_000, bid_minor: 100 };
  const campaign = { id, name: `Campaign ${id}`, platform: 'meta', plan_version: planVersion, approved };
  await must(call(tokens.bot, 'POST', '/v1/campaigns', campaign), 201);
}

/** An agency with an approved plan and campaigns under it. */
export async function openWorkingAgency(node: Ground, tenant: string, campaigns: string[] = ['c1']): Promise<Agency> {
  const agency = await openAgency(node, tenant);
  await approvePlan(node.call, agency);
  for (const id of campaigns) await addCampaign(node.call, agency, id);
  return agency;
}

/** Casts a verdict on a ticket as seen in a decision or in the ticket's own view. */
export function vote(
  call: Call,
  token: string,
  ticket: { ticket_id: string; revision: number; subject_hash: string },
  verdict: 'approve' | 'reject' | 'request_changes',
  more: { slot?: string; comment?: string } = {},
): Promise<Answer> {
  const { ticket_id, revision, subject_hash } = ticket;
  return call(token, 'POST', `/v1/tickets/${ticket_id}/verdicts`, { verdict, revision, subject_hash, ...more });
}

/** The answer, which the test's setting depends on. */
export async function must(answer: Promise<Answer>, status: number): Promise<Answer> {
  const got = await answer;
  if (got.status !== status) throw new Error(`wanted ${status}, got ${got.status}: ${got.text}`);
  return got;
}

/** An answer in one line: `review A3:pending budget.step_over_guardrail`, `A3 approved`, `409 ticket.stale_view`. */
export function gist({ status, body }: Answer): string {
  const codes = (body?.reasons ?? []).map((reason: { code: string }) => reason.code);
  if (status >= 400) return [status, body.code, ...codes].join(' ');
  if (body?.effect)
    return [body.effect, ...(body.ticket ? [`${body.ticket.type}:${body.ticket.state}`] : []), ...codes].join(' ');
  return body?.subject_hash ? `${body.type} ${body.state}` : String(status);
}

/** Writes down what was asked and answered, line by line, and remembers the ticket that was last spoken of. */
export function createTranscript(call: Call, { tokens }: Agency) {
  const lines: string[] = [];
  let ticket: any;
  const put = async (line: string, sent: Promise<Answer>): Promise<Answer> => {
    const answer = await sent;
    lines.push(`${line} → ${gist(answer)}`);
    if (answer.status < 400) ticket = answer.body.ticket ?? (answer.body.subject_hash ? answer.body : ticket);
    return answer;
  };
  return {
    lines,
    get ticket() {
      return ticket;
    },
    ask: (who: Person, question: any, headers?: Record<string, string>) =>
      put(
        `${who} asks ${question.action.name} ${question.resource.type}/${question.resource.id}${question.context?.approval ? ' on approval' : ''}`,
        call(tokens[who], 'POST', '/v1/decisions', question, headers),
      ),
    vote: (who: Person, verdict: 'approve' | 'reject' | 'request_changes', more = {}) =>
      put(`${who} ${verdict}s`, vote(call, tokens[who], ticket, verdict, more)),
    /** Posts to a noun of the ticket, such as `cancellation`. */
    post: (who: Person, noun: string, body: unknown = { comment: 'see above' }) =>
      put(`${who} ${noun}`, call(tokens[who], 'POST', `/v1/tickets/${ticket.ticket_id}/${noun}`, body)),
    report: (who: Person, decision: string, status: 'applied' | 'failed') =>
      put(`${who} reports ${status}`, call(tokens[who], 'POST', `/v1/decisions/${decision}/outcome`, { status })),
    send: (who: Person, method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
      put(`${who} ${method} ${path}`, call(tokens[who], method, path, body, headers)),
  };
}

/**
 * Everything that must hold of a log, whoever wrote it and whatever happened meanwhile: positions without a gap, leaf
 * hashes and tips that follow from the leaves, and a head that is the last of them. Throws what does not hold.
 */
export async function checkLog(sql: Sql, tenant: string): Promise<LoggedEntry[]> {
  // One snapshot, so that a log that is being written can be checked.
  const [rows, [head]] = await sql.begin('isolation level repeatable read', async (tx) => [
    await tx`select seq, leaf, leaf_hash, tip, salt, payload from audit_entry where tenant_id = ${tenant} order by seq`,
    await tx`select size, tip from audit_head where tenant_id = ${tenant}`,
  ]);
  let tip = emptyTip(tenant);
  const entries = rows.map((row, i): LoggedEntry => {
    const leaf = JSON.parse(row['leaf'].toString());
    if (row['seq'] !== i || leaf.seq !== i) throw new Error(`entry ${i} stands at ${row['seq']} and says ${leaf.seq}`);
    const draft: EntryDraft = {
      action: leaf.action,
      actor: { type: leaf.actor_type, id: leaf.actor_id },
      resource: leaf.resource,
      planVersion: leaf.plan_version ?? undefined,
      effect: leaf.effect,
      policy: leaf.policy,
      payload: row['payload'].toString(),
    };
    const again = sealEntry(tenant, i, tip, leaf.timestamp, row['salt'], draft);
    for (const [name, stored] of [
      ['leaf', row['leaf']],
      ['leafHash', row['leaf_hash']],
      ['tip', row['tip']],
    ] as const)
      if (!again[name].equals(stored)) throw new Error(`the ${name} of entry ${i} is not what follows from it`);
    tip = again.tip;
    return { seq: i, leaf, leafHash: again.leafHash.toString('hex'), payload: JSON.parse(draft.payload) };
  });
  if (head?.['size'] !== entries.length || !tip.equals(head['tip'])) throw new Error('the head is not the last entry');
  return entries;
}

export interface LoggedEntry {
  seq: number;
  leaf: { action: string; resource: string; timestamp: string; effect?: string; policy?: string };
  leafHash: string;
  payload: any;
}
