import { Problem } from '../contract/problem.ts';
import type { Sql } from '../db/postgres.ts';
import { isConnectionError, isSerializationError } from './failures.ts';
import { commitBatches, readLeafHashes } from './store.ts';
import type { Batch } from './view.ts';

/**
 * Commits, and finds out what happened when the reply was lost. The very same statement is sent again: if the first one
 * did commit, the swap is lost to ourselves, and our own hash stands at our position.
 * @param before settles when the commits that these batches build on have; a statement sent again must come after them,
 *   or a swap that is not won yet could be taken for one that never can be
 * @returns logs whose batch is durable
 * @throws Problem 503 when storage fails for longer than patience; the database's error when it refused the statement
 */
export async function settleBatches(
  sql: Sql,
  batches: Batch[],
  before: Promise<unknown>,
  patienceMs: number,
): Promise<Set<string>> {
  let inDoubt = false;
  return patiently(patienceMs, async () => {
    if (inDoubt) await before;
    try {
      const won = await commitBatches(sql, batches);
      return inDoubt ? won.union(await standing(sql, batches, won)) : won;
    } catch (error) {
      inDoubt ||= isConnectionError(error);
      // A refusal of a statement sent again does not tell what became of the first.
      throw inDoubt && !isConnectionError(error) && !isSerializationError(error) ? unavailable(error) : error;
    }
  });
}

/** Of the batches that lost their swap, those that stand in the log all the same: an earlier attempt had won. */
async function standing(sql: Sql, batches: Batch[], won: Set<string>): Promise<Set<string>> {
  const lost = batches.filter((batch) => !won.has(batch.log));
  if (lost.length === 0) return new Set();
  const hashes = await readLeafHashes(
    sql,
    lost.map((batch) => ({ log: batch.log, seq: batch.from.size })),
  );
  return new Set(
    lost.filter((batch) => hashes.get(batch.log)?.equals(batch.entries[0]!.leafHash)).map((batch) => batch.log),
  );
}

/** Tries again while the connection fails or the database asks for it. @throws Problem 503 once patience is over */
export async function patiently<T>(patienceMs: number, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (let pause = 5; ; pause = Math.min(pause * 2, 500)) {
    try {
      return await work();
    } catch (error) {
      if (!isConnectionError(error) && !isSerializationError(error)) throw error;
      if (performance.now() + pause > deadline) throw unavailable(error);
      await new Promise((resume) => setTimeout(resume, pause));
    }
  }
}

export function unavailable(cause: unknown): Problem {
  const problem = new Problem(503, 'storage.unavailable', 'The log cannot be written now, so nothing was decided.');
  problem.cause = cause;
  return problem;
}
