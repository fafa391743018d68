import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import type { RunEstimate } from '../contract/types.ts';
import type { RunRow } from './tables.ts';

/** What a run is expected to cost, given when it started: the Cost Guard's to keep. It stands in the run's decision in the log. */
export function recordEstimate(_tx: Tx, _actor: Actor, _run: RunRow, _estimate: RunEstimate): void {}
