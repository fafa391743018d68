import type { Tx } from '../../audit/view.ts';
import type { CostAct, CostFact, CostInput } from '../../contract/types.ts';
import type { Policy } from '../../policy/policy.ts';
import { estimateFacts } from '../../runs/cost/estimates.ts';
import { permit } from '../../runs/cost/permission.ts';
import type { AccountRow } from '../../runs/cost/tables.ts';
import { currentTenant } from '../../tenants/tenants.ts';
import type { Caller } from '../../tenants/tokens.ts';

/** Why policy does not let this human do that to the money of a run, in its words; nothing where it does. */
export type WhyNot = string[];

export interface RunChoices {
  estimate: WhyNot;
  /** Say what a call used that had a hold. */
  settle: WhyNot;
  /** Say that a call was not made. */
  release: WhyNot;
  /** Price usage without a price, or waive it. */
  unpriced: WhyNot;
}

/** What this human may do to the money of a run as it stands, by the policy that judges it when it is done. */
export function runChoices(tx: Tx, policy: Policy, caller: Caller, account: AccountRow): RunChoices {
  const whyNot = (
    operation: string,
    act: CostAct,
    facts: CostFact[],
    more?: Pick<CostInput, 'cost_guard_policy' | 'estimate_micro_usd'>,
  ): WhyNot => {
    const { kind, id, roles } = caller;
    const access = policy.access({ caller: { kind, id, roles }, operation });
    const reasons = access.effect === 'allow' ? permit(policy, caller, act, facts, more).reasons : access.reasons;
    return reasons.map(({ message }) => message);
  };
  const { cost_guard_policy } = currentTenant(tx).config.config;
  return {
    // The least that could be given, to ask whether an estimate is open to this human at all.
    estimate: whyNot('cost.estimate', 'estimate', estimateFacts(account), { cost_guard_policy, estimate_micro_usd: 1 }),
    settle: whyNot('cost.settle', 'amount', []),
    release: whyNot('cost.settle', 'release', ['uncertain']),
    unpriced: whyNot('cost.resolve', 'unpriced', []),
  };
}
