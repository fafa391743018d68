import type { Sql } from '../db/postgres.ts';
import { Problem } from '../contract/problem.ts';
import { emptyTip } from './entry.ts';
import { isConnectionError, isSerializationError } from './failures.ts';
import { commitBatches, loadFacts, readHeads, readLeafHashes } from './store.ts';
import {
  type Batch,
  type Facts,
  type Need,
  MissingFacts,
  type Tx,
  emptyFacts,
  mergeBatch,
  openBatch,
  runCommand,
} from './view.ts';

/** Decides what to write, from facts alone. Runs again when facts were missing or the swap was lost, so it must not do anything else. */
export type Command<T> = (tx: Tx) => T;

export interface Ledger {
  /**
   * Runs a command on a tenant's log and resolves once its writes are durable.
   * @throws Problem of the command's own; 503 `storage.unavailable`, `commit.contention` or `overloaded`, after which
   *   nothing was answered: an `Idempotency-Key` makes asking again safe
   */
  submit<T>(log: string, command: Command<T>): Promise<T>;
  /** Waits for what was submitted, then refuses more. */
  close(): Promise<void>;
}

export interface LedgerOptions {
  sql: Sql;
  clock: () => Date;
  salt: () => Buffer;
  /** How long storage may fail before those who wait are told, in milliseconds. */
  patienceMs?: number;
  /** Told of each batch of this node that became durable. Others' writes are not seen here. */
  onCommit?: (batch: Batch) => void;
}

interface Job {
  command: Command<any>;
  resolve(value: any): void;
  reject(error: unknown): void;
  lostSwaps: number;
  /** Runs in a batch of its own, after a batch that it was in was refused by the database. */
  alone: boolean;
}

/** A tenant's queue. It is in at most one commit at a time. */
interface Lane {
  log: string;
  jobs: Job[];
  facts: Facts | null;
  busy: boolean;
}

/** What a job gave, told to its caller once the facts it rests on are proven current. */
type Answer = { job: Job; value: unknown } | { job: Job; error: unknown };

/** One tenant's part of a commit. */
interface Work {
  lane: Lane;
  batch: Batch;
  answers: Answer[];
  /** The head was read in this very commit. */
  fresh: boolean;
}

const LANE_JOBS_MAX = 256;
const COMMIT_LANES_MAX = 256;
const COMMITS_MAX = 2;
const QUEUED_JOBS_MAX = 20_000;
const FACTS_MAX = 20_000;
const LANES_MAX = 10_000;
const LOST_SWAPS_MAX = 50;
const FACT_ROUNDS_MAX = 12;

/**
 * The one commit path. Requests queue per tenant; a commit takes what is queued, of all tenants, evaluates it against
 * facts as of each tenant's head, and writes everything in one statement that moves the heads by compare-and-swap.
 * A swap that wins proves that no one wrote in between, so the facts were current, and that stays true for facts kept
 * in memory: no expiry, no invalidation messages. A swap that loses throws the memory away and starts again.
 */
export function createLedger({ sql, clock, salt, patienceMs = 5000, onCommit }: LedgerOptions): Ledger {
  const lanes = new Map<string, Lane>();
  const ready = new Set<Lane>();
  let queued = 0;
  let commits = 0;
  let scheduled = false;
  let closed = false;
  let drained: (() => void) | undefined;

  function submit<T>(log: string, command: Command<T>): Promise<T> {
    if (closed) return Promise.reject(new Problem(503, 'shutting_down', 'The service is shutting down.'));
    if (queued >= QUEUED_JOBS_MAX)
      return Promise.reject(new Problem(503, 'overloaded', 'Too many requests are waiting; try again shortly.'));
    return new Promise<T>((resolve, reject) => {
      let lane = lanes.get(log);
      if (!lane) {
        if (lanes.size >= LANES_MAX) forgetIdleLanes();
        lanes.set(log, (lane = { log, jobs: [], facts: null, busy: false }));
      }
      lane.jobs.push({ command, resolve, reject, lostSwaps: 0, alone: false });
      queued++;
      if (!lane.busy) ready.add(lane);
      schedule();
    });
  }

  function forgetIdleLanes(): void {
    for (const lane of lanes.values()) if (!lane.busy && lane.jobs.length === 0) lanes.delete(lane.log);
  }

  // After the requests that arrived together were read, so that they share a commit.
  function schedule(): void {
    if (scheduled || commits >= COMMITS_MAX || ready.size === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (ready.size === 0) return;
      const taken = [...ready].slice(0, COMMIT_LANES_MAX);
      for (const lane of taken) {
        ready.delete(lane);
        lane.busy = true;
      }
      commits++;
      void commitLanes(taken).then(() => {
        commits--;
        for (const lane of taken) {
          lane.busy = false;
          if (lane.jobs.length > 0) ready.add(lane);
        }
        schedule();
        if (closed && queued === 0) drained?.();
      });
      schedule();
    });
  }

  async function commitLanes(taken: Lane[]): Promise<void> {
    const jobs = new Map(taken.map((lane) => [lane, takeJobs(lane)]));
    try {
      const work = await runJobs(jobs);
      await writeBatches(work);
    } catch (error) {
      // Storage failed for longer than patience. Nothing in memory is trusted after that.
      const answer = error instanceof Problem ? error : unavailable(error);
      for (const [lane, taken] of jobs) {
        lane.facts = null;
        for (const job of taken) settleJob({ job, error: answer });
      }
    }
  }

  function takeJobs(lane: Lane): Job[] {
    if (lane.jobs[0]?.alone) return lane.jobs.splice(0, 1);
    const alone = lane.jobs.findIndex((job) => job.alone);
    return lane.jobs.splice(0, alone > 0 ? Math.min(alone, LANE_JOBS_MAX) : LANE_JOBS_MAX);
  }

  /** Runs each lane's jobs until every fact they need is in memory. */
  async function runJobs(jobs: Map<Lane, Job[]>): Promise<Work[]> {
    const cold = await patiently(() => openFacts([...jobs.keys()]));
    const works = [...jobs.keys()].map((lane): Work => ({
      lane,
      batch: openBatch(lane.log, lane.facts!),
      answers: [],
      fresh: cold.has(lane),
    }));
    let waiting = works.map((work) => ({ work, pending: jobs.get(work.lane)! }));
    for (let round = 0; waiting.length > 0; round++) {
      const wanted: { facts: Facts; log: string; needs: Need[] }[] = [];
      const next: typeof waiting = [];
      for (const { work, pending } of waiting) {
        const needs: Need[] = [];
        const again: Job[] = [];
        for (const job of pending) {
          try {
            work.answers.push({ job, value: runCommand(work.batch, clock().toISOString(), salt, job.command) });
          } catch (error) {
            if (error instanceof MissingFacts && round < FACT_ROUNDS_MAX) {
              needs.push(...error.needs);
              again.push(job);
            } else work.answers.push({ job, error });
          }
        }
        if (again.length === 0) continue;
        next.push({ work, pending: again });
        wanted.push({ facts: work.batch.facts, log: work.lane.log, needs });
      }
      if (wanted.length > 0) await patiently(() => loadFacts(sql, wanted));
      waiting = next;
    }
    return works;
  }

  /** Reads the head before any fact: if the swap from it wins, the facts read after it were current. */
  async function openFacts(taken: Lane[]): Promise<Set<Lane>> {
    for (const lane of taken) {
      const { facts } = lane;
      if (facts && facts.rows.size + facts.finds.size > FACTS_MAX) lane.facts = emptyFacts(facts.size, facts.tip);
    }
    const cold = taken.filter((lane) => !lane.facts);
    if (cold.length === 0) return new Set();
    const heads = await readHeads(sql, logsOf(cold));
    for (const lane of cold) {
      const head = heads.get(lane.log) ?? { size: 0, tip: emptyTip(lane.log) };
      lane.facts = emptyFacts(head.size, head.tip);
    }
    return new Set(cold);
  }

  async function writeBatches(works: Work[]): Promise<void> {
    const writing = works.filter(({ batch }) => batch.entries.length > 0);
    // Who is refused, or answered from the record, deserves current facts as much as who writes.
    const reading = works.filter(({ batch, fresh }) => batch.entries.length === 0 && !fresh);
    let current: Set<string>;
    try {
      const [won, unchanged] = await Promise.all([
        writing.length > 0 ? settle(writing.map(({ batch }) => batch)) : new Set<string>(),
        reading.length > 0 ? patiently(() => unchangedLogs(reading)) : new Set<string>(),
      ]);
      current = won.union(unchanged);
    } catch (error) {
      if (error instanceof Problem) throw error;
      return isolate(works, error);
    }
    for (const { lane, batch, answers, fresh } of works) {
      if (current.has(lane.log) || (fresh && batch.entries.length === 0)) {
        lane.facts = mergeBatch(batch);
        answers.forEach(settleJob);
        onCommit?.(batch);
      } else {
        lane.facts = null;
        requeue(lane, answers);
      }
    }
  }

  async function unchangedLogs(reading: Work[]): Promise<Set<string>> {
    const heads = await readHeads(sql, logsOf(reading.map(({ lane }) => lane)));
    return new Set(
      reading
        .filter(({ batch }) => (heads.get(batch.log)?.size ?? 0) === batch.facts.size)
        .map(({ batch }) => batch.log),
    );
  }

  function requeue(lane: Lane, answers: Answer[]): void {
    const again: Job[] = [];
    for (const { job } of answers) {
      if (++job.lostSwaps < LOST_SWAPS_MAX) again.push(job);
      else
        settleJob({
          job,
          error: new Problem(503, 'commit.contention', 'Too many writers on this tenant; try again shortly.'),
        });
    }
    lane.jobs.unshift(...again);
  }

  /** The database refused the statement itself: find the job at fault by running each alone, so that the others go on. */
  function isolate(works: Work[], error: unknown): void {
    const jobs = works.flatMap(({ answers }) => answers);
    for (const { lane, answers } of works) {
      lane.facts = null;
      if (jobs.length === 1) settleJob({ job: jobs[0]!.job, error });
      else {
        for (const { job } of answers) job.alone = true;
        lane.jobs.unshift(...answers.map(({ job }) => job));
      }
    }
  }

  /**
   * Commits, and finds out what happened when the reply was lost. The very same statement is sent again: if the first
   * one did commit, the swap is lost to ourselves, and our own hash stands at our position.
   * @returns logs whose batch is durable
   * @throws Problem 503 when storage fails for too long; the database's error when it refused the statement
   */
  async function settle(batches: Batch[]): Promise<Set<string>> {
    let inDoubt = false;
    return patiently(async () => {
      try {
        const won = await commitBatches(sql, batches);
        if (inDoubt && won.size < batches.length) {
          const lost = batches.filter((batch) => !won.has(batch.log));
          const hashes = await readLeafHashes(
            sql,
            lost.map((batch) => ({ log: batch.log, seq: batch.facts.size })),
          );
          for (const batch of lost) if (hashes.get(batch.log)?.equals(batch.entries[0]!.leafHash)) won.add(batch.log);
        }
        return won;
      } catch (error) {
        if (isConnectionError(error)) inDoubt = true;
        throw error;
      }
    });
  }

  /** Tries again while the connection fails or the database asks for it, up to the patience. */
  async function patiently<T>(work: () => Promise<T>): Promise<T> {
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

  function settleJob(answer: Answer): void {
    queued--;
    if ('error' in answer) answer.job.reject(answer.error);
    else answer.job.resolve(answer.value);
  }

  async function close(): Promise<void> {
    closed = true;
    if (queued > 0) await new Promise<void>((resume) => (drained = resume));
  }

  return { submit, close };
}

function logsOf(lanes: Lane[]): string[] {
  return lanes.map((lane) => lane.log);
}

function unavailable(cause: unknown): Problem {
  const problem = new Problem(503, 'storage.unavailable', 'The log cannot be written now, so nothing was decided.');
  problem.cause = cause;
  return problem;
}
