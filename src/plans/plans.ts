import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import { canonicalHash } from '../contract/canonical.ts';
import { invalid, notFound } from '../contract/problem.ts';
import type { Plan } from '../contract/types.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { tenantTable } from '../tenants/tables.ts';
import { requireSense } from './payload.ts';
import { type PlanRow, planTable } from './tables.ts';

/**
 * Registers a draft plan and gives it the tenant's next version.
 * @throws Problem 400 when the base is missing or must not be there; 404 when the base is unknown
 */
export function registerPlan(tx: Tx, actor: Actor, plan: Plan): PlanRow {
  if ((plan.type === 'initial') !== (plan.base_version === undefined))
    throw invalid([
      {
        field: '/base_version',
        code: 'plan.base_version',
        message: plan.type === 'initial' ? 'is not for an initial plan' : `is required for a ${plan.type}`,
      },
    ]);
  if (plan.base_version !== undefined && !tx.get(planTable, plan.base_version)) throw notFound('base plan');
  requireSense(plan.payload);
  return addVersion(tx, actor, plan, { derivedFrom: null, logThrough: tx.seq });
}

/** Keeps a draft under the tenant's next version. */
export function addVersion(
  tx: Tx,
  actor: Actor,
  plan: Plan,
  { derivedFrom, logThrough }: { derivedFrom: number | null; logThrough: number },
): PlanRow {
  const { tenant } = currentTenant(tx);
  const version = tenant.plan_version_latest + 1;
  const row: PlanRow = {
    version,
    type: plan.type,
    state: 'draft',
    author: actor.id,
    base_version: plan.base_version ?? null,
    derived_from: derivedFrom,
    log_through: logThrough,
    payload: plan.payload,
    payload_hash: canonicalHash(plan.payload),
    created_at: tx.now,
    approved_at: null,
    approved_ticket_id: null,
  };
  tx.put(planTable, row);
  tx.put(tenantTable, { ...tenant, plan_version_latest: version });
  tx.append({
    action: 'plan.registered',
    actor,
    resource: `plan/${version}`,
    planVersion: version,
    payload: JSON.stringify({
      ...plan,
      version,
      payload_hash: row.payload_hash,
      ...(derivedFrom !== null && { derived_from: derivedFrom }),
      log_through: logThrough,
    }),
  });
  return row;
}

/**
 * Puts a draft in force: it becomes the tenant's approved plan, and the one before is superseded.
 * @returns the version before; null when there was none
 */
export function approvePlan(tx: Tx, actor: Actor, version: number, ticketId: string): number | null {
  const { tenant } = currentTenant(tx);
  const plan = tx.get(planTable, version)!;
  const before = tenant.plan_version_approved === null ? undefined : tx.get(planTable, tenant.plan_version_approved);
  if (before) tx.put(planTable, { ...before, state: 'superseded' });
  tx.put(planTable, { ...plan, state: 'approved', approved_at: tx.now, approved_ticket_id: ticketId });
  tx.put(tenantTable, { ...tenant, plan_version_approved: version });
  tx.append({
    action: 'plan.approved',
    actor,
    resource: `plan/${version}`,
    planVersion: version,
    payload: JSON.stringify({
      version,
      supersedes: before?.version ?? null,
      ticket_id: ticketId,
      payload_hash: plan.payload_hash,
    }),
  });
  return before?.version ?? null;
}
