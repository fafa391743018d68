import type { Sql } from '../db/postgres.ts';
import type { Caller } from '../tenants/tokens.ts';
import type { AppliedOp } from '../plans/optimization.ts';
import type { OutcomeRow } from './tables.ts';

export type OutcomeFilter = OutcomeRow['status'] | 'reported' | 'missing';

export interface DecisionFilter {
  effect?: string | undefined;
  action?: string | undefined;
  resource?: string | undefined;
  subject?: string | undefined;
  outcome?: OutcomeFilter | undefined;
  /** Made at this time or before. */
  until?: string | undefined;
  before?: number | undefined;
  limit: number;
}

interface ListedDecision {
  seq: number;
  at: string;
  effect: string;
  action: string;
  resource: string;
  subject_id: string;
  caller_id: string;
  ticket_id: string | null;
  reportable: boolean;
  outcome: OutcomeRow['status'] | null;
}

/** How many decisions one page looks at. Filters are rare next to inserts, so no index of their own slows those. */
const SCANNED_MAX = 20_000;

/**
 * A page of decisions, newest first, within the caller's scope. Keyset on decision's primary key, or, for what is about
 * outcomes, on the partial index decision_reportable, so that decisions that nobody reports on are not looked at.
 * @returns the rows, and where the next page begins: null at the end
 */
export async function listDecisions(
  sql: Sql,
  tenant: string,
  caller: Caller,
  filter: DecisionFilter,
): Promise<{ rows: ListedDecision[]; next: number | null }> {
  const { effect, action, resource, subject, outcome, until, before, limit } = filter;
  const scanned = await sql<(ListedDecision & { wanted: boolean })[]>`
    with s as materialized (
      select d.* from decision d where d.tenant_id = ${tenant}
      ${outcome === undefined ? sql`` : sql`and d.on_applied is not null`}
      ${before === undefined ? sql`` : sql`and d.seq < ${before}`}
      order by d.seq desc limit ${SCANNED_MAX}
    ), f as (
      select s.seq, s.at, s.effect, s.action, s.resource, s.subject_id, s.caller_id, s.ticket_id,
        s.on_applied is not null as reportable, o.status as outcome
      from s left join outcome o on o.tenant_id = ${tenant} and o.decision_seq = s.seq
      where true
      ${effect === undefined ? sql`` : sql`and s.effect = ${effect}`}
      ${action === undefined ? sql`` : sql`and s.action = ${action}`}
      ${resource === undefined ? sql`` : sql`and s.resource = ${resource}`}
      ${subject === undefined ? sql`` : sql`and s.subject_id = ${subject}`}
      ${until === undefined ? sql`` : sql`and s.at <= ${until}`}
      ${caller.scope === 'all' ? sql`` : sql`and (s.subject_id = ${caller.id} or s.caller_id = ${caller.id})`}
      ${outcome === undefined ? sql`` : outcome === 'missing' ? sql`and o.status is null` : outcome === 'reported' ? sql`and o.status is not null` : sql`and o.status = ${outcome}`}
      order by s.seq desc limit ${limit}
    )
    select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, effect, action, resource, subject_id,
      caller_id, ticket_id, reportable, outcome, true as wanted from f
    union all
    -- Where a page that found too little goes on: the last decision that it looked at.
    (select seq, null, null, null, null, null, null, null, null, null, false from s offset ${SCANNED_MAX - 1})
    order by wanted desc, seq desc`;
  const rows = scanned.filter(({ wanted }) => wanted);
  if (rows.length === limit) return { rows, next: rows.at(-1)!.seq };
  return { rows, next: scanned.find(({ wanted }) => !wanted)?.seq ?? null };
}

/** An allowed action that nobody reported on yet. */
export interface Unreported {
  seq: number;
  at: string;
  action: string;
  subject_id: string;
  ticket_id: string | null;
  on_applied: AppliedOp[];
}

/** How many reportable decisions are looked through for those about some resources. */
const REPORTABLE_SCANNED_MAX = 10_000;

/**
 * The newest allows about some resources that nobody reported on, among the newest decisions that somebody has to report on. Served
 * by the partial index decision_reportable; only what is found is read whole.
 */
export async function listUnreported(
  sql: Sql,
  tenant: string,
  resources: string[],
  limit: number,
): Promise<Unreported[]> {
  return sql<Unreported[]>`
    with s as materialized (
      select d.seq, d.resource from decision d
      where d.tenant_id = ${tenant} and d.on_applied is not null order by d.seq desc limit ${REPORTABLE_SCANNED_MAX}
    ), f as (
      select s.seq from s where s.resource = any(${resources})
        and not exists (select from outcome o where o.tenant_id = ${tenant} and o.decision_seq = s.seq)
      order by s.seq desc limit ${limit}
    )
    select d.seq, to_char(d.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, d.action, d.subject_id, d.ticket_id, d.on_applied
    from f join decision d on d.tenant_id = ${tenant} and d.seq = f.seq order by d.seq desc`;
}
