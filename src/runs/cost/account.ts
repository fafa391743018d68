import type { Actor } from '../../audit/entry.ts';
import type { Tx } from '../../audit/view.ts';
import { currentTenant } from '../../tenants/tenants.ts';
import { type CostEvent, foldCost, newAccount } from './fold.ts';
import { type Amounts, exactMultiplier } from './guard.ts';
import { type AccountRow, accountTable } from './tables.ts';

/** A run, as far as money goes: the tree that it belongs to pays. */
export interface PayingRun {
  run_id: string;
  root_run_id: string;
  created_at: string;
}

export function accountOf(tx: Tx, rootRunId: string): AccountRow {
  return tx.get(accountTable, rootRunId) ?? newAccount(rootRunId);
}

/** The integers that the guard weighs now, by the configuration in force. */
export function amountsOf(tx: Tx, account: AccountRow): Amounts {
  return amountsBy(account, currentTenant(tx).config.config.cost_guard_policy.trip_multiplier);
}

export function amountsBy(account: AccountRow, multiplier: number): Amounts {
  return {
    estimate: account.estimate === null ? null : BigInt(account.estimate),
    multiplier: exactMultiplier(multiplier),
    committed: BigInt(account.committed),
    reserved: BigInt(account.reserved),
  };
}

/**
 * Writes one entry and what it does to the account. The payload says both, so that the account can be made from the log
 * alone, and each entry's totals follow from those of the one before.
 */
export function post(
  tx: Tx,
  actor: Actor,
  account: AccountRow,
  entry: { action: string; runId: string; event: CostEvent; detail: object },
): AccountRow {
  const { action, runId, event, detail } = entry;
  const after = foldCost(account, event, tx.seq, tx.now);
  tx.append({
    action,
    actor,
    resource: `run/${account.root_run_id}`,
    payload: JSON.stringify({
      event,
      root_run_id: account.root_run_id,
      run_id: runId,
      epoch: account.epoch,
      ...detail,
      committed: after.committed,
      reserved: after.reserved,
    }),
  });
  tx.put(accountTable, after);
  return after;
}
