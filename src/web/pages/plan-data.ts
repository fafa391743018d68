import type { Tx } from '../../audit/view.ts';
import { type Comparison, comparePayloads } from '../../plans/compare.ts';
import { type PlanLine, listDraftsOf, listInForce, listPlanLines } from '../../plans/queries.ts';
import { readRow } from '../../plans/store.ts';
import { type PlanRow, planTable } from '../../plans/tables.ts';
import { notFound } from '../../contract/problem.ts';
import type { Policy } from '../../policy/policy.ts';
import { currentTenant } from '../../tenants/tenants.ts';
import type { Caller } from '../../tenants/tokens.ts';
import { type TicketRow, livingByResource, ticketTable } from '../../tickets/tables.ts';
import type { Deps } from '../context.ts';

/** What a command tells of a plan version: all of it as of one head. */
export interface PlanFacts {
  plan: PlanRow;
  /** Version in force. */
  approved: number | null;
  /** Of a draft whose base is no longer in force: how the plan in force differs from that base. */
  baseChanges: Comparison | null;
  mustRebase: boolean;
  approval: TicketRow | null;
  waiting: TicketRow[];
  mayWrite: boolean;
}

/** A plan version with everything that its page shows. */
export interface PlanPage extends PlanFacts {
  inForce: PlanLine[];
  drafts: PlanLine[];
  /** What it may be compared with: those in force around it and the newest. */
  others: PlanLine[];
  against: PlanRow | null;
  comparison: Comparison | null;
}

const CHAIN_MAX = 6;
const DRAFTS_MAX = 20;
const OTHERS_MAX = 60;

/** @throws Problem 404 */
export function planFacts(tx: Tx, policy: Policy, caller: Caller, version: number): PlanFacts {
  const plan = tx.get(planTable, version);
  if (!plan) throw notFound('plan');
  const approved = currentTenant(tx).tenant.plan_version_approved;
  const mustRebase = plan.state === 'draft' && approved !== null && plan.base_version !== approved;
  const base = plan.base_version === null ? undefined : tx.get(planTable, plan.base_version);
  return {
    plan,
    approved,
    mustRebase,
    baseChanges: mustRebase && base ? comparePayloads(base.payload, tx.get(planTable, approved!)!.payload) : null,
    approval: plan.approved_ticket_id === null ? null : (tx.get(ticketTable, plan.approved_ticket_id) ?? null),
    waiting: tx.find(ticketTable, livingByResource, `plan/${version}`),
    mayWrite: may(policy, caller, 'plan.write'),
  };
}

/** @param against the version to compare with; its base when none is named */
export async function loadPlan(
  { sql }: Deps,
  tenant: string,
  facts: PlanFacts,
  against: number | undefined,
): Promise<PlanPage> {
  const { plan } = facts;
  const other = against ?? plan.base_version;
  const [inForce, drafts, newest, row] = await Promise.all([
    listInForce(sql, tenant, plan.version, CHAIN_MAX),
    listDraftsOf(sql, tenant, plan.version, DRAFTS_MAX),
    listPlanLines(sql, tenant, { limit: OTHERS_MAX }),
    other === null ? null : readRow(sql, planTable, tenant, other),
  ]);
  if (other !== null && !row) throw notFound('plan');
  const others = new Map([...newest, ...inForce].map((one) => [one.version, one]));
  others.delete(plan.version);
  return {
    ...facts,
    inForce,
    drafts,
    others: [...others.values()].sort((a, b) => b.version - a.version),
    against: row,
    comparison: row && comparePayloads(row.payload, plan.payload),
  };
}

/** Does policy let this person call an operation? For what a page offers; the command asks again. */
export function may(policy: Policy, { kind, id, roles }: Caller, operation: string): boolean {
  return policy.access({ caller: { kind, id, roles }, operation }).effect === 'allow';
}
