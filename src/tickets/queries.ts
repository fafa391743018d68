import { positionAt } from '../audit/queries.ts';
import { readHeads, selectList } from '../audit/store.ts';
import type { Sql } from '../db/postgres.ts';
import { type Desk, type InboxFilter, type InboxRow, STALE_HOURS, VIEWS, type View, type Viewer } from './inbox.ts';
import { PACE_MINUTES, type RedFlagRow, byCostOfWaiting } from './red-flags.ts';
import { inScope } from './store.ts';
import { type TicketRow, ticketTable } from './tables.ts';

/** A page of the inbox of one tenant or of several: by when waiting begins to do harm, then by the SLA, then by tenant and number. */
export async function listInbox(sql: Sql, desks: Desk[], filter: InboxFilter, now: Date): Promise<InboxRow[]> {
  const pages = await Promise.all(desks.map((desk) => listDesk(sql, desk, filter, now)));
  if (pages.length === 1) return pages[0]!;
  const order = ({ harm_at, due_at, tenant }: InboxRow) => `${harm_at} ${due_at} ${tenant}`;
  return pages
    .flat()
    .sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : a.number - b.number))
    .slice(0, filter.limit);
}

/** Keyset on (harm_at, due_at, number), with what comes before this tenant cut off; what waits is served by ticket_waiting_harm. */
async function listDesk(sql: Sql, { tenant, caller }: Desk, filter: InboxFilter, now: Date): Promise<InboxRow[]> {
  const { state, type, vertical, platform, requester, after, limit } = filter;
  const number =
    after === undefined || after.tenant === tenant
      ? after?.number
      : tenant < after.tenant
        ? Number.MAX_SAFE_INTEGER
        : -1;
  const looks = { viewer: caller, now, staleBefore: filter.view === 'stale' ? await staleBefore(sql, tenant, now) : 0 };
  // First which, then what they say: that lies out of line, and is to be read of those alone that are shown.
  const rows = await sql`
    select t.tenant_id as tenant, t.ticket_id, t.number, t.type, t.state, t.spec->>'title' as title, t.spec->>'summary' as summary, t.platform,
      t.requester, t.resource, t.risk, t.red_flag, t.waits_for_client, t.uncovered, t.revision, t.subject_hash,
      case when t.claim->>'until' > ${now.toISOString()} then t.claim->>'by' end as claimed_by,
      ${shapeOf(sql)} as shape, ${utc(sql, 'harm_at')}, ${utc(sql, 'due_at')}, ${utc(sql, 'resolved_at')}
    from (
      select t.tenant_id, t.ticket_id from ticket t where t.tenant_id = ${tenant} ${inScope(sql, caller)} ${inState(sql, state)}
    ${type === undefined ? sql`` : sql`and t.type = ${type}`}
    ${vertical === undefined ? sql`` : sql`and t.vertical = ${vertical}`}
    ${platform === undefined ? sql`` : sql`and t.platform = ${platform}`}
    ${requester === undefined ? sql`` : sql`and t.requester = ${requester}`}
    ${inView(sql, filter.view, looks)}
    ${after === undefined ? sql`` : sql`and (t.harm_at, t.due_at, t.number) > (${after.harm}::timestamptz, ${after.due}::timestamptz, ${number!})`}
      order by t.harm_at, t.due_at, t.number limit ${limit}
    ) shown join ticket t using (tenant_id, ticket_id)
    order by t.harm_at, t.due_at, t.number`;
  return rows as unknown as InboxRow[];
}

/** What makes tickets alike, short enough for a list. As `shapeOf` of bulk.ts has it. */
function shapeOf(sql: Sql) {
  return sql`md5(t.type || ' ' || t.action || ' ' ||
    coalesce((select string_agg(d->>'path', ' ' order by d->>'path') from jsonb_array_elements(t.subject->'diff') d), ''))`;
}

/** How many of those that wait are looked at to count and to offer filters, the most urgent first. */
export const COUNTED_MAX = 1000;
const CHOICES_MAX = 100;

export interface Overview {
  /** How many wait in each view, among those looked at. */
  counts: Record<View, number>;
  /** More wait than were looked at. */
  isCut: boolean;
  verticals: string[];
  platforms: string[];
  requesters: string[];
}

/** What the head of the inbox says, of one tenant or of several: how many wait in each view, and which filters there are to choose. */
export async function overviewInbox(sql: Sql, desks: Desk[], now: Date): Promise<Overview> {
  const parts = await Promise.all(desks.map((desk) => overviewDesk(sql, desk, now)));
  if (parts.length === 1) return parts[0]!;
  const all = (name: 'verticals' | 'platforms' | 'requesters') =>
    [...new Set(parts.flatMap((part) => part[name]))].sort().slice(0, CHOICES_MAX);
  const sum = (view: View) => parts.reduce((total, { counts }) => total + counts[view], 0);
  return {
    counts: Object.fromEntries(VIEWS.map((view) => [view, sum(view)])) as Overview['counts'],
    isCut: parts.some(({ isCut }) => isCut),
    verticals: all('verticals'),
    platforms: all('platforms'),
    requesters: all('requesters'),
  };
}

/**
 * How many wait in each view of one tenant, and which filters there are to choose. One pass over the first
 * {@link COUNTED_MAX} of ticket_waiting_harm, so that it costs the same however many wait.
 */
async function overviewDesk(sql: Sql, { tenant, caller }: Desk, now: Date): Promise<Overview> {
  const looks = { viewer: caller, now, staleBefore: await staleBefore(sql, tenant, now) };
  const count = (view: View) => sql`count(*) filter (where t.n <= ${COUNTED_MAX} ${inView(sql, view, looks)})::int`;
  const names = (column: 'vertical' | 'platform' | 'requester') =>
    sql.unsafe(`coalesce(json_agg(distinct t.${column}) filter (where t.${column} is not null), '[]')`);
  const [row] = await sql`
    select ${count('all')} as "all", ${count('red-flags')} as "red-flags", ${count('mine')} as mine,
      ${count('my-roles')} as "my-roles", ${count('client')} as client, ${count('stale')} as stale,
      ${count('breached')} as breached, ${count('uncovered')} as uncovered, count(*)::int as looked_at,
      ${names('vertical')} as verticals, ${names('platform')} as platforms, ${names('requester')} as requesters
    from (
      select *, row_number() over (order by t.harm_at, t.due_at, t.number) as n
      from ticket t where t.tenant_id = ${tenant} ${inScope(sql, caller)} ${inState(sql, undefined)}
      order by t.harm_at, t.due_at, t.number limit ${COUNTED_MAX + 1}
    ) t`;
  const { looked_at, verticals, platforms, requesters, ...counts } = row as unknown as Overview & { looked_at: number };
  const some = (names: string[]) => names.slice(0, CHOICES_MAX);
  return {
    counts: counts as unknown as Overview['counts'],
    isCut: looked_at > COUNTED_MAX,
    verticals: some(verticals),
    platforms: some(platforms),
    requesters: some(requesters),
  };
}

/** Flags beyond that many are counted and not ordered: nobody reads so many. */
const FLAGS_MAX = 500;
const HELD_UP_MAX = 100;

/** Open red flags of one tenant or of several, the dearest to leave waiting first. Never paged away: the count is of all. */
export async function listRedFlags(
  sql: Sql,
  desks: Desk[],
  now: Date,
  limit: number,
): Promise<{ flags: RedFlagRow[]; count: number }> {
  const flagged = desks.length > 1 ? await flaggedOf(sql, desks) : desks;
  const parts = await Promise.all(flagged.map((desk) => listFlagsOfDesk(sql, desk)));
  const flags = parts.flatMap((part) => part.flags);
  return {
    flags: byCostOfWaiting(flags, now).slice(0, limit),
    count: parts.reduce((sum, { count }) => sum + count, 0),
  };
}

/** Those in whose tenants a red flag is open. Served by ticket_red_flag_open. */
async function flaggedOf(sql: Sql, desks: Desk[]): Promise<Desk[]> {
  const rows = await sql<{ tenant_id: string }[]>`
    select tenant_id from unnest(${desks.map(({ tenant }) => tenant)}::text[]) as desk (tenant_id)
    where exists (select from ticket t where t.tenant_id = desk.tenant_id and t.red_flag and t.resolved_at is null)`;
  const flagged = new Set(rows.map(({ tenant_id }) => tenant_id));
  return desks.filter(({ tenant }) => flagged.has(tenant));
}

/** Served by ticket_red_flag_open, run_by_root, ticket_waiting_requester and cost_charge_time. */
async function listFlagsOfDesk(sql: Sql, { tenant, caller }: Desk): Promise<{ flags: RedFlagRow[]; count: number }> {
  const rows = await sql`
    select t.tenant_id as tenant, t.ticket_id, t.type, t.state, t.spec->>'summary' as summary, (t.subject->'flag') #- '{loop,steps}' as flag,
      ${utc(sql, 'opened_at')}, ${utc(sql, 'due_at')}, coalesce(cardinality(tree.agents), 0) as agents, held.count as held_up,
      pace.pico_usd as pace_pico_usd, t.count
    from (
      select *, t.subject#>>'{flag,run,root_run_id}' as root_run_id, count(*) over ()::int as count
      from ticket t where t.tenant_id = ${tenant} ${inScope(sql, caller)} and t.red_flag and t.resolved_at is null
      order by t.due_at limit ${FLAGS_MAX}
    ) t
    cross join lateral (
      select array_agg(distinct r.agent) as agents from run r where r.tenant_id = t.tenant_id and r.root_run_id = t.root_run_id
    ) tree
    cross join lateral (
      select least(count(*), ${HELD_UP_MAX})::int as count from unnest(tree.agents) a(agent) cross join lateral (
        select from ticket o where o.tenant_id = t.tenant_id and o.requester = a.agent
          and o.state in ('pending', 'changes_requested') limit ${HELD_UP_MAX}
      ) o
    ) held
    cross join lateral (
      select coalesce(sum(c.pico_usd), 0)::text as pico_usd from cost_charge c
      where c.tenant_id = t.tenant_id and c.root_run_id = t.root_run_id and c.created_at > (
        select max(l.created_at) from cost_charge l where l.tenant_id = t.tenant_id and l.root_run_id = t.root_run_id
      ) - make_interval(mins => ${PACE_MINUTES})
    ) pace`;
  return { flags: rows as unknown as RedFlagRow[], count: rows[0]?.['count'] ?? 0 };
}

/**
 * A page of what a client has been asked: what waits, the oldest first, or what was decided, the newest first. Keyset on ticket_client_waiting
 * or ticket_client_ended.
 */
export async function listClientTickets(
  sql: Sql,
  tenant: string,
  which: 'waiting' | 'ended',
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<TicketRow[]> {
  const states =
    which === 'waiting'
      ? sql`t.state in ('pending', 'changes_requested')`
      : sql`t.state in ('approved', 'consumed', 'rejected', 'expired', 'superseded', 'cancelled', 'revoked')`;
  const rows = await sql`
    select ${sql.unsafe(selectList(ticketTable))} from ticket t
    where t.tenant_id = ${tenant} and t.spec @> '{"client_visible":true}' and ${states}
    ${before === undefined ? sql`` : sql`and t.number < ${before}`}
    order by t.number ${which === 'waiting' ? sql`asc` : sql`desc`} limit ${limit}`;
  return rows as unknown as TicketRow[];
}

/** Id of the ticket with this number. Served by the unique (tenant_id, number). */
export async function ticketIdOf(sql: Sql, tenant: string, number: number): Promise<string | null> {
  const [row] = await sql<{ ticket_id: string }[]>`
    select t.ticket_id from ticket t where t.tenant_id = ${tenant} and t.number = ${number}`;
  return row?.ticket_id ?? null;
}

function inState(sql: Sql, state: InboxFilter['state']) {
  if (state === 'any') return sql``;
  return state === undefined
    ? sql`and t.state in ('pending', 'changes_requested', 'open', 'acknowledged')`
    : sql`and t.state = ${state}`;
}

/** Who looks and when, as far as the views depend on it. */
interface Looks {
  viewer: Viewer;
  now: Date;
  /** Position in the log before which what was touched last is stale. */
  staleBefore: number;
}

/** A ticket is touched by an entry, and times rise with positions: one search of the log spares a look at it for each ticket. */
async function staleBefore(sql: Sql, tenant: string, now: Date): Promise<number> {
  const head = (await readHeads(sql, [tenant])).get(tenant);
  return positionAt(sql, tenant, new Date(now.getTime() - STALE_HOURS * 3_600_000), head?.size ?? 0);
}

function inView(sql: Sql, view: View, { viewer, now, staleBefore }: Looks) {
  if (view === 'mine')
    return sql`and (t.requester = ${viewer.id} or t.on_behalf_of = ${viewer.id} or t.votes @> ${sql.json([{ voter: viewer.id }])})`;
  if (view === 'my-roles') return sql`and t.awaits && ${viewer.roles}::text[]`;
  if (view === 'red-flags') return sql`and t.red_flag`;
  if (view === 'uncovered') return sql`and t.uncovered`;
  if (view === 'client') return sql`and t.waits_for_client`;
  if (view === 'breached') return sql`and t.due_at < ${now.toISOString()}`;
  if (view === 'stale') return sql`and t.updated_seq < ${staleBefore}`;
  return sql``;
}

/** A time as ISO 8601 text under its own name. */
function utc(sql: Sql, column: 'harm_at' | 'due_at' | 'resolved_at' | 'opened_at') {
  return sql.unsafe(`to_char(t.${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`);
}
