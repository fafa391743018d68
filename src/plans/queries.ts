import { selectList } from '../audit/store.ts';
import type { Sql } from '../db/postgres.ts';
import { type CampaignRow, type LogRow, type PlanRow, campaignTable, logTable, planTable } from './tables.ts';

export interface PlanFilter {
  state?: string | undefined;
  type?: string | undefined;
  after: number;
  limit: number;
}

/** A page of plan versions. Keyset on plan's primary key, or on the index plan_state. */
export async function listPlans(
  sql: Sql,
  tenant: string,
  { state, type, after, limit }: PlanFilter,
): Promise<PlanRow[]> {
  const rows = await sql`
    select ${sql.unsafe(selectList(planTable))} from plan t where t.tenant_id = ${tenant} and t.version > ${after}
    ${state === undefined ? sql`` : sql`and t.state = ${state}`} ${type === undefined ? sql`` : sql`and t.type = ${type}`}
    order by t.version limit ${limit}`;
  return rows as unknown as PlanRow[];
}

export interface ManifestRow {
  campaign: CampaignRow;
  plan: Pick<PlanRow, 'state' | 'payload'>;
}

/** A page of campaigns with their plans. Keyset on campaign's primary key, or on the index campaign_drifting. */
export async function listManifests(
  sql: Sql,
  tenant: string,
  {
    campaign,
    after,
    drifting,
    limit,
  }: { campaign?: string; after?: string | undefined; drifting?: boolean; limit: number },
): Promise<ManifestRow[]> {
  const rows = await sql`
    select ${sql.unsafe(selectList(campaignTable))}, p.state, p.payload
    from campaign t join plan p on p.tenant_id = t.tenant_id and p.version = t.plan_version
    where t.tenant_id = ${tenant} ${campaign === undefined ? sql`` : sql`and t.campaign_id = ${campaign}`}
    ${after === undefined ? sql`` : sql`and t.campaign_id > ${after}`} ${drifting ? sql`and t.drift_since <> '{}'` : sql``}
    order by t.campaign_id limit ${limit}`;
  return rows.map(({ state, payload, ...row }) => ({
    campaign: row as unknown as CampaignRow,
    plan: { state, payload },
  }));
}

/** A row of the log with what took it back. */
export type LoggedRow = LogRow & { undone_by: string | null };

/**
 * A page of the optimization log, newest first, of one campaign or of all. Keyset on optimization_log_campaign or
 * optimization_log_seq, what took a change back by optimization_log_undoes. A seq is never cut in two: an outcome moves up to ten values.
 */
export async function listLog(
  sql: Sql,
  tenant: string,
  { campaign, before, limit }: { campaign?: string; before?: number | undefined; limit: number },
): Promise<LoggedRow[]> {
  const rows = await sql`
    select ${sql.unsafe(selectList(logTable))}, u.change_set_id as undone_by from optimization_log t
    left join optimization_log u on u.tenant_id = t.tenant_id and u.undoes = t.change_set_id
      and u.campaign_id = t.campaign_id and u.field = t.field
    where t.tenant_id = ${tenant} ${campaign === undefined ? sql`` : sql`and t.campaign_id = ${campaign}`}
    ${before === undefined ? sql`` : sql`and t.seq < ${before}`}
    order by t.seq desc fetch first ${limit} rows with ties`;
  return rows as unknown as LoggedRow[];
}

const CHANGE_SET_MAX = 1000;

/** What was moved under one id. Served by the primary key of optimization_log. */
export async function readChangeSet(sql: Sql, tenant: string, changeSetId: string): Promise<LoggedRow[]> {
  const rows = await sql`
    select ${sql.unsafe(selectList(logTable))}, u.change_set_id as undone_by from optimization_log t
    left join optimization_log u on u.tenant_id = t.tenant_id and u.undoes = t.change_set_id
      and u.campaign_id = t.campaign_id and u.field = t.field
    where t.tenant_id = ${tenant} and t.change_set_id = ${changeSetId} order by t.seq, t.field limit ${CHANGE_SET_MAX}`;
  return rows as unknown as LoggedRow[];
}

/** The optimization log after a position, in its order. Served by optimization_log_seq. */
export async function readLogSince(sql: Sql, tenant: string, seq: number, limit: number): Promise<LogRow[]> {
  const rows = await sql`
    select ${sql.unsafe(selectList(logTable))} from optimization_log t
    where t.tenant_id = ${tenant} and t.seq > ${seq} order by t.seq, t.field limit ${limit}`;
  return rows as unknown as LogRow[];
}

/** A plan version in a line of a list. */
export interface PlanLine {
  version: number;
  type: PlanRow['type'];
  state: PlanRow['state'];
  author: string;
  base_version: number | null;
  created_at: string;
  approved_at: string | null;
  name: string;
  currency: string;
  total_budget_minor: number;
  flights: number;
  starts: string;
  ends: string;
}

/** A page of plan versions, the newest first. Keyset on plan's primary key, or on the index plan_state. */
export async function listPlanLines(
  sql: Sql,
  tenant: string,
  { state, type, before, limit }: Omit<PlanFilter, 'after'> & { before?: number | undefined },
): Promise<PlanLine[]> {
  return sql<PlanLine[]>`
    select ${planLine(sql)} from plan t where t.tenant_id = ${tenant}
    ${before === undefined ? sql`` : sql`and t.version < ${before}`}
    ${state === undefined ? sql`` : sql`and t.state = ${state}`} ${type === undefined ? sql`` : sql`and t.type = ${type}`}
    order by t.version desc limit ${limit}`;
}

/**
 * The versions that were in force around one, in their order: at most `limit` before it, itself, and `limit` after it. Approval
 * follows the numbers, since a draft is approved on the plan in force only. Served by the index plan_state.
 */
export async function listInForce(sql: Sql, tenant: string, version: number, limit: number): Promise<PlanLine[]> {
  return sql<PlanLine[]>`
    select * from (
      (select ${planLine(sql)} from plan t where t.tenant_id = ${tenant} and t.state in ('approved', 'superseded') and t.version <= ${version}
        order by t.version desc limit ${limit + 1})
      union all
      (select ${planLine(sql)} from plan t where t.tenant_id = ${tenant} and t.state in ('approved', 'superseded') and t.version > ${version}
        order by t.version limit ${limit})
    ) as chain order by version`;
}

/** Drafts that were made from a version, or rebased from it. Served by the index plan_state. */
export async function listDraftsOf(sql: Sql, tenant: string, version: number, limit: number): Promise<PlanLine[]> {
  return sql<PlanLine[]>`
    select ${planLine(sql)} from plan t where t.tenant_id = ${tenant} and t.state = 'draft' and t.version > ${version}
      and (t.base_version = ${version} or t.derived_from = ${version})
    order by t.version limit ${limit}`;
}

function planLine(sql: Sql) {
  return sql`t.version, t.type, t.state, t.author, t.base_version,
    to_char(t.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created_at,
    to_char(t.approved_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as approved_at,
    t.payload->>'name' as name, t.payload->>'currency' as currency, (t.payload->>'total_budget_minor')::bigint as total_budget_minor,
    jsonb_array_length(t.payload->'flights') as flights,
    (select min(f->>'start') from jsonb_array_elements(t.payload->'flights') f) as starts,
    (select max(f->>'end') from jsonb_array_elements(t.payload->'flights') f) as ends`;
}
