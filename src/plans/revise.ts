import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import { Problem, notFound } from '../contract/problem.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { type Proposal, proposePayload } from './mapping.ts';
import { allPayloadErrors } from './payload.ts';
import { addVersion } from './plans.ts';
import { type LogRow, type PlanRow, campaignTable, logHeadTable, planTable } from './tables.ts';

/** How much of the optimization log one revision takes in. */
export const REVISED_CHANGES_MAX = 10_000;

export interface Revision {
  plan: PlanRow;
  base: PlanRow;
  proposal: Proposal;
}

/**
 * Registers a draft `revise` of the approved plan, from what the optimization log says since that plan was written.
 * @param changes of the log since the plan's `log_through`, in its order
 * @returns null when the log has gone on since it was read: read again
 * @throws Problem 409 `plan.not_approved`; `plan.no_drift` when there is nothing to take in; `plan.unmapped` naming each
 *   change that no flight stands for; `plan.log_too_long`
 */
export function revisePlan(tx: Tx, actor: Actor, version: number, changes: LogRow[]): Revision | null {
  const base = tx.get(planTable, version);
  if (!base) throw notFound('plan');
  const approved = currentTenant(tx).tenant.plan_version_approved;
  if (version !== approved)
    throw new Problem(409, 'plan.not_approved', `Plan ${version} is not the approved plan.`, {
      approved_version: approved,
    });
  const last = tx.get(logHeadTable, '')?.last_seq ?? -1;
  if (changes.length > REVISED_CHANGES_MAX)
    throw new Problem(
      409,
      'plan.log_too_long',
      `More than ${REVISED_CHANGES_MAX} changes since plan ${version}: write the plan by hand.`,
    );
  if (last > base.log_through && last !== changes.at(-1)?.seq) return null;

  const ids = [...new Set(changes.map(({ campaign_id }) => campaign_id))];
  const campaigns = new Map(ids.map((id) => [id, tx.get(campaignTable, id)!]));
  const proposal = proposePayload(base, changes, campaigns);
  if (proposal.unmapped.length > 0)
    throw new Problem(
      409,
      'plan.unmapped',
      proposal.unmapped
        .map((one) => `${one.change_set_id}, ${one.field} of ${one.campaign_id}: ${one.because}`)
        .slice(0, 5)
        .join('; '),
      { unmapped: proposal.unmapped.slice(0, 100) },
    );
  if (proposal.taken.every((one) => one.flight_delta_minor === 0))
    throw new Problem(409, 'plan.no_drift', `No change since plan ${version} moves a budget of it.`);
  const errors = allPayloadErrors(proposal.payload);
  if (errors.length > 0)
    throw new Problem(409, 'plan.revision_invalid', errors.map((one) => `${one.field} ${one.message}`).join('; '), {
      errors,
    });
  const plan = addVersion(
    tx,
    actor,
    { type: 'revise', base_version: version, payload: proposal.payload },
    { derivedFrom: null, logThrough: Math.max(base.log_through, last) },
  );
  return { plan, base, proposal };
}
