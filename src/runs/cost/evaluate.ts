import canonicalize from 'canonicalize';
import { canonicalHash } from '../../contract/canonical.ts';
import { invalid } from '../../contract/problem.ts';
import type { Evaluation, EvaluationRequest } from '../../contract/types.ts';
import {
  type Amounts,
  admissionInequality,
  exactMultiplier,
  isOverLimit,
  limitFraction,
  ratioOf,
  tripInequality,
} from './guard.ts';

/**
 * The guard without any state: everything that the verdict depends on is in the request, and the same request gives the
 * same bytes. Charges are weighed in the order in which they are given, as a log would have them; one that is there twice
 * counts once.
 * @returns RFC 8785 canonical JSON of an Evaluation
 * @throws Problem 400 naming an event whose id was used with another amount
 */
export function evaluateText(request: EvaluationRequest): string {
  return canonicalize(evaluate(request))!;
}

function evaluate({ estimate_pico_usd, policy, events, holds = [] }: EvaluationRequest): Evaluation {
  const amounts: Amounts = {
    estimate: estimate_pico_usd === null ? null : BigInt(estimate_pico_usd),
    multiplier: exactMultiplier(policy.trip_multiplier),
    committed: 0n,
    reserved: once(holds, '/holds', (hold) => hold.hold_id).reduce((sum, { one }) => sum + BigInt(one.pico_usd), 0n),
  };
  const counted = once(events, '/events', ({ source = '', event_id }) => `${source}\u001f${event_id}`);
  let crossing: Evaluation['crossing'] = null;
  for (const { one, index } of counted) {
    const before = amounts.committed;
    amounts.committed += BigInt(one.pico_usd);
    if (!crossing && isOverLimit(amounts))
      crossing = { index, event_id: one.event_id, before: String(before), after: String(amounts.committed) };
  }
  const admission = admissionInequality(amounts);
  const tripped = crossing !== null;
  const admits = !tripped && admission !== null && admission.holds;
  const { numerator, denominator } = amounts.multiplier;
  return {
    v: 1,
    verdict: admission === null ? 'no_estimate' : tripped ? 'tripped' : admits ? 'within' : 'no_room',
    estimate: estimate_pico_usd,
    multiplier: { numerator: String(numerator), denominator: String(denominator) },
    committed: String(amounts.committed),
    reserved: String(amounts.reserved),
    worst_case: String(amounts.committed + amounts.reserved),
    limit: limitFraction(amounts),
    ratio: ratioOf(amounts),
    trip: tripInequality(amounts),
    admission,
    tripped,
    crossing,
    admits,
    events: counted.length,
    duplicates: events.length - counted.length,
    input_hash: canonicalHash({ estimate_pico_usd, policy, events, holds }),
  };
}

/** Each once, where it came first. */
function once<T extends { pico_usd: string }>(
  list: T[],
  path: string,
  idOf: (one: T) => string,
): { one: T; index: number }[] {
  const seen = new Map<string, { one: T; index: number }>();
  for (const [index, one] of list.entries()) {
    const known = seen.get(idOf(one));
    if (!known) seen.set(idOf(one), { one, index });
    else if (known.one.pico_usd !== one.pico_usd)
      throw invalid([
        {
          field: `${path}/${index}/pico_usd`,
          code: 'evaluation.conflict',
          message: `is another than at ${known.index}`,
        },
      ]);
  }
  return [...seen.values()];
}
