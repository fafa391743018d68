import type { Tx } from '../audit/view.ts';
import { Problem, invalid, notFound } from '../contract/problem.ts';
import type { OutcomeRequest } from '../contract/types.ts';
import { type SetInstead, returnDraw } from '../plans/mandates.ts';
import { type AppliedOp, recordApplied } from '../plans/optimization.ts';
import { type Caller, actorOf } from '../tenants/tokens.ts';
import { isVisible } from './decide.ts';
import { decisionTable, outcomeTable } from './tables.ts';

/**
 * Records what became of an allowed action, moves the live values that policy named, and keeps them in the optimization log.
 * @returns the change set under which the log has them; null when nothing was moved
 * @throws Problem 400 `outcome.values`; 409 `outcome.not_allowed` for a decision that was no allow, `outcome.reported` for a second report,
 *   `outcome.other_values` for values that the decision was not about
 */
export function reportOutcome(tx: Tx, caller: Caller, seq: number, request: OutcomeRequest): string | null {
  if ((request.status === 'partial') !== (request.values !== undefined))
    throw invalid([
      {
        field: '/values',
        code: 'outcome.values',
        message: request.status === 'partial' ? 'is required for a partial outcome' : 'is for a partial outcome only',
      },
    ]);
  const decision = tx.get(decisionTable, seq);
  if (!decision || !isVisible(caller, decision)) throw notFound('decision');
  if (decision.effect !== 'allow')
    throw new Problem(409, 'outcome.not_allowed', `D-${seq} was ${decision.effect}, so there is nothing to report.`);
  const earlier = tx.get(outcomeTable, seq);
  if (earlier)
    throw new Problem(
      409,
      'outcome.reported',
      `${earlier.reported_by} reported ${earlier.status} at ${earlier.reported_at}.`,
    );
  const values = request.values ?? null;
  const ops = decision.on_applied ?? [];
  tx.put(outcomeTable, {
    decision_seq: seq,
    status: request.status,
    detail: request.detail ?? null,
    applied_values: values,
    reported_by: caller.id,
    reported_at: tx.now,
  });
  const campaignId = /^campaign\/(.*)$/.exec(decision.resource)?.[1];
  if (request.status === 'partial' && (ops.length === 0 || campaignId === undefined))
    throw new Problem(409, 'outcome.other_values', `D-${seq} was not about any recorded value.`, {
      allowed_fields: [],
    });
  const moved =
    request.status === 'failed' || ops.length === 0 || campaignId === undefined
      ? []
      : recordApplied(tx, {
          campaignId,
          ops,
          values,
          action: decision.action,
          decisionSeq: seq,
          ticketId: decision.ticket_id,
          by: caller.id,
        });
  const returned = request.status === 'applied' ? null : returnDraw(tx, seq, setInstead(ops, values));
  const changeSetId = moved[0]?.change_set_id ?? null;
  tx.append({
    action: 'decision.outcome_reported',
    actor: actorOf(caller),
    resource: `decision/D-${seq}`,
    ...(moved[0] && { planVersion: moved[0].plan_version }),
    payload: JSON.stringify({
      decision_id: `D-${seq}`,
      ...request,
      on_applied: ops,
      ...(moved.length > 0 && { change_set_id: changeSetId, moved }),
      ...(returned && { mandate: returned }),
    }),
  });
  return changeSetId;
}

/** Of a partial outcome, what was set of the values that were allowed. */
function setInstead(ops: AppliedOp[], values: Record<string, number> | null): SetInstead[] {
  return ops.flatMap((op) =>
    op.op === 'campaign.set_live' ? [{ field: op.field, allowed: op.value, set: values?.[op.field] }] : [],
  );
}
