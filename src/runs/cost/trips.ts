import type { Actor } from '../../audit/entry.ts';
import type { Tx } from '../../audit/view.ts';
import { Problem } from '../../contract/problem.ts';
import type { CostFlag, RaisedFlag, Resolution } from '../../contract/types.ts';
import { usdOf } from '../prices/amount.ts';
import { treeTable } from '../tables.ts';
import { accountOf, amountsOf, post } from './account.ts';
import { type Amounts, isOverLimit, limitOf, tripInequality } from './guard.ts';
import { type AccountRow, type EstimateRow, estimateTable } from './tables.ts';

/** What made the guard trip: a charge, a lower estimate, or a stricter multiplier that was found at the next question. */
export type Crossing = 'charge' | 'estimate' | 'policy';

/** Has the account reached its limit without having tripped yet? */
export function isDueToTrip(tx: Tx, account: AccountRow): boolean {
  return account.state === 'open' && isOverLimit(amountsOf(tx, account));
}

/** Estimated against actual, for who reads the red flag. */
export function costFlag(amounts: Amounts, crossing: Crossing): CostFlag {
  const { committed, multiplier } = amounts;
  const estimate = amounts.estimate!;
  const limit = limitOf(amounts)!;
  return {
    crossing,
    estimate_pico_usd: String(estimate),
    committed_pico_usd: String(committed),
    estimate_usd: usdOf(estimate),
    actual_usd: usdOf(committed),
    limit_usd: usdOf(limit.numerator / limit.denominator),
    multiplier: hundredths((multiplier.numerator * 100n) / multiplier.denominator),
    times: hundredths((committed * 100n) / estimate),
    inequality: tripInequality(amounts)!,
  };
}

/** Marks the account as tripped, with the inequality that says why. The entry comes after that of the ticket. */
export function recordTrip(
  tx: Tx,
  actor: Actor,
  account: AccountRow,
  runId: string,
  trip: { ticketId: string; crossing: Crossing; crossingSeq: number },
): AccountRow {
  const amounts = amountsOf(tx, account);
  const { numerator, denominator } = amounts.multiplier;
  return post(tx, actor, account, {
    action: 'cost_guard.tripped',
    runId,
    event: { type: 'trip', ticket_id: trip.ticketId },
    detail: {
      crossing: trip.crossing,
      crossing_seq: trip.crossingSeq,
      estimate: account.estimate,
      multiplier: { numerator: String(numerator), denominator: String(denominator) },
      inequality: tripInequality(amounts),
    },
  });
}

/**
 * What a human decided about a trip. A new estimate opens the next epoch, in which the spend so far must not trip at once;
 * abort ends the run tree.
 * @throws Problem 409 `estimate.too_low`
 */
export function resolveTrip(tx: Tx, actor: Actor, ticketId: string, { run }: RaisedFlag, resolution: Resolution): void {
  const account = accountOf(tx, run.root_run_id);
  const { kind, estimate_pico_usd: estimate } = resolution;
  if (kind === 'abort') {
    const tree = tx.get(treeTable, run.root_run_id);
    if (tree) tx.put(treeTable, { ...tree, state: 'aborted' });
    post(tx, actor, account, {
      action: 'cost_guard.aborted',
      runId: run.root_run_id,
      event: { type: 'abort' },
      detail: { ticket_id: ticketId },
    });
    return;
  }
  if (kind !== 'revise_estimate' || estimate === undefined)
    throw new Problem(
      409,
      'ticket.resolution_unfit',
      'A tripped Cost Guard is resolved by revise_estimate with an estimate, or by abort.',
    );
  const amounts = { ...amountsOf(tx, account), estimate: BigInt(estimate) };
  if (isOverLimit(amounts))
    throw new Problem(
      409,
      'estimate.too_low',
      `${account.committed} pico-USD are spent: with this estimate the guard would trip at once.`,
      {
        inequality: tripInequality(amounts),
      },
    );
  const version = account.estimate_version + 1;
  const row: EstimateRow = {
    root_run_id: run.root_run_id,
    version,
    epoch: account.epoch + 1,
    pico_usd: estimate,
    basis: null,
    list_hash: null,
    reason: `${ticketId} was resolved.`,
    request_hash: '',
    actor_type: actor.type,
    actor_id: actor.id,
    seq: tx.seq,
    created_at: tx.now,
  };
  tx.insert(estimateTable, row);
  post(tx, actor, account, {
    action: 'cost_guard.resumed',
    runId: run.root_run_id,
    event: { type: 'resume', version, pico_usd: estimate },
    detail: { ticket_id: ticketId, epoch_opened: account.epoch + 1 },
  });
}

function hundredths(value: bigint): string {
  return `${value / 100n}.${String(value % 100n).padStart(2, '0')}`;
}
