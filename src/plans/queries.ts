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
