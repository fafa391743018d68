import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import type { EstimateRequest } from '../contract/types.ts';
import { firstEstimate } from './cost/estimates.ts';
import { pricesOf } from './prices/tenant-prices.ts';
import type { RunRow } from './tables.ts';

/** What a run tree is expected to cost, given when its first run started. It stands in the run's decision in the log as well. */
export function recordEstimate(tx: Tx, actor: Actor, run: RunRow, estimate: EstimateRequest): void {
  firstEstimate(tx, pricesOf(tx), actor, run, estimate);
}
