import type { Sql } from '../../db/postgres.ts';
import { readRows } from '../../plans/store.ts';
import { campaignTable, planTable } from '../../plans/tables.ts';
import { isLapsed } from '../../tickets/lifecycle.ts';
import type { TicketRow } from '../../tickets/tables.ts';
import type { Held } from './asks.ts';

/** The plans and campaigns that these requests are about, and the plans that those were made from. */
export async function loadHeld(sql: Sql, tenant: string, subjects: TicketRow['subject'][]): Promise<Held> {
  const idsOf = (type: string) => [
    ...new Set(subjects.flatMap(({ resource }) => (resource.type === type ? [resource.id] : []))),
  ];
  const [campaigns, asked] = await Promise.all([
    readRows(sql, campaignTable, tenant, idsOf('campaign')),
    readRows(sql, planTable, tenant, idsOf('plan').filter(isVersion).map(Number)),
  ]);
  const known = new Set(asked.map(({ version }) => version));
  const further = [
    ...asked.flatMap(({ base_version }) => (base_version === null ? [] : [base_version])),
    ...campaigns.map(({ plan_version }) => plan_version),
  ].filter((version) => !known.has(version));
  const plans = [...asked, ...(await readRows(sql, planTable, tenant, [...new Set(further)]))];
  return {
    campaigns: new Map(campaigns.map((row) => [row.campaign_id, row])),
    plans: new Map(plans.map((row) => [row.version, row])),
  };
}

function isVersion(id: string): boolean {
  return /^[1-9][0-9]{0,8}$/.test(id);
}

/** The request as it is, also where nobody has recorded yet that its time is over. */
export function asOf(row: TicketRow, now: Date): TicketRow {
  return isLapsed(row, now.toISOString()) ? { ...row, state: 'expired' } : row;
}

/** Where a request is shown. Its number names it; the agency's code for its type does not. */
export function requestPath({ number }: Pick<TicketRow, 'number'>): string {
  return `/portal/requests/${number}`;
}
