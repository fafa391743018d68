import type { Sql } from '../db/postgres.ts';
import { emptyTip } from './entry.ts';
import { patiently } from './settle.ts';
import { loadFacts, readHeads } from './store.ts';
import {
  type Batch,
  type Facts,
  MissingFacts,
  type Need,
  type Tx,
  emptyFacts,
  mergeBatch,
  openBatch,
  runCommand,
} from './view.ts';

/** Decides what to write, from facts alone. Runs again when facts were missing or the swap was lost, so it must not do anything else. */
export type Command<T> = (tx: Tx) => T;

export interface Job {
  command: Command<any>;
  resolve(value: any): void;
  reject(error: unknown): void;
  lostSwaps: number;
  /** Runs in a batch of its own, after a batch that it was in was refused by the database. */
  alone: boolean;
}

/** A tenant's queue, and its facts as of the newest batch of ours, committed or under way. */
export interface Lane {
  log: string;
  jobs: Job[];
  facts: Facts | null;
  /** Commits under way that this tenant has a part in, oldest first: each settles with whether its swap was won. */
  under: Promise<boolean>[];
  /** Its jobs are being run: what they change is not in the facts yet. */
  evaluating: boolean;
  /** Nothing more is begun until the commits under way are settled. */
  draining: boolean;
}

/** What a job gave, told to its caller once the facts it rests on are proven current. */
export type Answer = { job: Job; value: unknown } | { job: Job; error: unknown };

/** One tenant's part of a commit. */
export interface Part {
  lane: Lane;
  jobs: Job[];
  /** The commit whose result this one builds on, if it is still under way. */
  previous: Promise<boolean> | undefined;
  settle(won: boolean): void;
}

/** A part that was evaluated. */
export interface Work extends Part {
  batch: Batch;
  answers: Answer[];
}

const FACTS_MAX = 20_000;
const FACT_ROUNDS_MAX = 24;

/**
 * Runs each tenant's jobs, asking for the facts that they turn out to need, and carries what they write over into the
 * tenant's facts, so that the next commit can build on it.
 * @param postpone takes back jobs that need facts which cannot be read while a commit is under way
 */
export async function evaluateParts(
  { sql, clock, salt, patienceMs, postpone }: EvaluateOptions,
  parts: Part[],
): Promise<Work[]> {
  await openFacts(
    sql,
    parts.map(({ lane }) => lane),
    patienceMs,
  );
  const works = parts.map((part): Work => ({
    ...part,
    batch: openBatch(part.lane.log, part.lane.facts!),
    answers: [],
  }));
  let pending = works.map((work, i) => ({ work, part: parts[i]!, jobs: work.jobs }));
  for (let round = 0; pending.length > 0; round++) {
    const wanted: { facts: Facts; log: string; needs: Need[] }[] = [];
    const next: typeof pending = [];
    for (const { work, part, jobs } of pending) {
      const { needs, again } = runOnce(work, jobs, round < FACT_ROUNDS_MAX, clock, salt);
      if (again.length === 0) continue;
      if (part.previous) {
        // The database does not show yet what the commit under way writes, so facts cannot be read beside it.
        postpone(part, again);
        continue;
      }
      next.push({ work, part, jobs: again });
      wanted.push({ facts: work.batch.facts, log: work.lane.log, needs });
    }
    if (wanted.length > 0) await patiently(patienceMs, () => loadFacts(sql, wanted));
    pending = next;
  }
  for (const { lane, batch } of works) {
    mergeBatch(batch);
    lane.evaluating = false;
  }
  return works;
}

interface EvaluateOptions {
  sql: Sql;
  clock: () => Date;
  salt: () => Buffer;
  patienceMs: number;
  postpone(part: Part, jobs: Job[]): void;
}

export function logsOf(lanes: Lane[]): string[] {
  return lanes.map((lane) => lane.log);
}

function runOnce(
  { batch, answers }: Work,
  jobs: Job[],
  mayAsk: boolean,
  clock: () => Date,
  salt: () => Buffer,
): { needs: Need[]; again: Job[] } {
  const needs: Need[] = [];
  const again: Job[] = [];
  for (const job of jobs) {
    try {
      answers.push({ job, value: runCommand(batch, clock().toISOString(), salt, job.command) });
    } catch (error) {
      if (error instanceof MissingFacts && mayAsk) {
        needs.push(...error.needs);
        again.push(job);
      } else answers.push({ job, error });
    }
  }
  return { needs, again };
}

/** Reads the head before any fact: if the swap from it wins, the facts read after it were current. */
async function openFacts(sql: Sql, lanes: Lane[], patienceMs: number): Promise<void> {
  for (const lane of lanes) {
    const { facts } = lane;
    if (facts && facts.rows.size + facts.finds.size > FACTS_MAX && lane.under.length === 1)
      lane.facts = emptyFacts(facts.size, facts.tip);
  }
  const cold = lanes.filter((lane) => !lane.facts);
  if (cold.length === 0) return;
  const heads = await patiently(patienceMs, () => readHeads(sql, logsOf(cold)));
  for (const lane of cold) {
    const head = heads.get(lane.log) ?? { size: 0, tip: emptyTip(lane.log) };
    lane.facts = emptyFacts(head.size, head.tip);
  }
}
