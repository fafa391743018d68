import type { CostAct, CostAnswer, CostFact, CostInput, Principal, Reasons } from '../../contract/types.ts';
import type { Policy } from '../../policy/policy.ts';

/** Why policy lets this caller not do this now; nothing when it may. With the terms that policy sets. */
export function permit(
  policy: Policy,
  { kind, roles }: Principal,
  act: CostAct,
  facts: CostFact[],
  estimate?: Pick<CostInput, 'cost_guard_policy' | 'estimate_micro_usd'>,
): { reasons: Reasons; terms: CostAnswer['terms'] } {
  const { effect, reasons, terms } = policy.cost({ caller: { kind, roles }, act, facts, ...estimate });
  if (effect !== 'allow' && reasons.length === 0) throw new Error(`policy denies ${act} without a reason`);
  return { reasons: effect === 'allow' ? [] : reasons, terms };
}

export function termsOf(policy: Policy, caller: Principal): CostAnswer['terms'] {
  return permit(policy, caller, 'hold', []).terms;
}
