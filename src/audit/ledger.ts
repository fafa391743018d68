import { Problem } from '../contract/problem.ts';
import type { Sql } from '../db/postgres.ts';
import {
  type Answer,
  type Command,
  type Job,
  type Lane,
  type Part,
  type Work,
  evaluateParts,
  logsOf,
} from './lanes.ts';
import { patiently, settleBatches, unavailable } from './settle.ts';
import { readHeads } from './store.ts';
import type { Batch } from './view.ts';

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
  /** For heads and facts. */
  sql: Sql;
  /** For the commits: best a pool of one connection, on which a statement follows the one it builds on. Default: `sql`. */
  commitSql?: Sql;
  clock: () => Date;
  salt: () => Buffer;
  /** How long storage may fail before those who wait are told, in milliseconds. */
  patienceMs?: number;
  /** Told of each batch of this node that became durable. Others' writes are not seen here. */
  onCommit?: (batch: Batch) => void;
}

const LANE_JOBS_MAX = 256;
const LANE_COMMITS_MAX = 3;
const COMMIT_LANES_MAX = 256;
const COMMITS_MAX = 3;
const QUEUED_JOBS_MAX = 20_000;
const LANES_MAX = 10_000;
const LOST_SWAPS_MAX = 50;

/**
 * The one commit path. Requests queue per tenant; a commit takes what is queued, of all tenants, evaluates it against
 * facts as of each tenant's head, and writes everything in one statement that moves the heads by compare-and-swap.
 * A swap that wins proves that no one wrote in between, so the facts were current, and that stays true for facts kept
 * in memory: no expiry, no invalidation messages. A swap that loses throws the memory away and starts again.
 *
 * While one commit is at the database the next is evaluated on its result and sent behind it. Nothing of either is
 * answered before it is durable; if the first loses its swap, the second, which builds on its head, loses as well.
 */
export function createLedger({
  sql,
  commitSql = sql,
  clock,
  salt,
  patienceMs = 5000,
  onCommit,
}: LedgerOptions): Ledger {
  const lanes = new Map<string, Lane>();
  const waiting = new Set<Lane>();
  let queued = 0;
  let running = 0;
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
        lanes.set(log, (lane = { log, jobs: [], facts: null, under: [], evaluating: false, draining: false }));
      }
      lane.jobs.push({ command, resolve, reject, lostSwaps: 0, alone: false });
      queued++;
      waiting.add(lane);
      schedule();
    });
  }

  function forgetIdleLanes(): void {
    for (const lane of lanes.values()) if (lane.under.length === 0 && lane.jobs.length === 0) lanes.delete(lane.log);
  }

  /** Begins a commit once the requests that arrived together were read, so that they share it. */
  function schedule(): void {
    if (scheduled || waiting.size === 0 || !mayBegin()) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      const taken: Lane[] = [];
      for (const lane of waiting) {
        if (taken.length === COMMIT_LANES_MAX) break;
        if (mayJoin(lane)) taken.push(lane);
      }
      if (taken.length > 0) void commitLanes(taken);
    });
  }

  // A commit begins beside others once half as many requests wait as are under way: many small commits would cost more
  // than they save. Measured at 32 connections: three at most, against two, a fifth more decisions on 100 tenants.
  function mayBegin(): boolean {
    return commits === 0 || (commits < COMMITS_MAX && (queued - running) * 2 >= running);
  }

  function mayJoin(lane: Lane): boolean {
    if (lane.under.length === 0) return true;
    return lane.under.length < LANE_COMMITS_MAX && !lane.evaluating && !lane.draining && lane.facts !== null;
  }

  async function commitLanes(taken: Lane[]): Promise<void> {
    const parts = taken.map((lane): Part => {
      const previous = lane.under.at(-1);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      lane.under.push(promise);
      lane.evaluating = true;
      const jobs = takeJobs(lane);
      if (lane.jobs.length === 0) waiting.delete(lane);
      return { lane, jobs, previous, settle: resolve };
    });
    const count = parts.reduce((sum, { jobs }) => sum + jobs.length, 0);
    commits++;
    running += count;
    schedule();
    try {
      const works = await evaluateParts({ sql, clock, salt, patienceMs, postpone }, parts);
      schedule();
      await writeBatches(works);
    } catch (error) {
      fail(parts, error);
    }
    commits--;
    running -= count;
    for (const { lane } of parts) {
      lane.under.shift();
      if (lane.under.length === 0) lane.draining = false;
      if (lane.jobs.length > 0) waiting.add(lane);
    }
    schedule();
    if (closed && queued === 0) drained?.();
  }

  function takeJobs(lane: Lane): Job[] {
    if (lane.jobs[0]?.alone) return lane.jobs.splice(0, 1);
    const alone = lane.jobs.findIndex((job) => job.alone);
    return lane.jobs.splice(0, alone > 0 ? Math.min(alone, LANE_JOBS_MAX) : LANE_JOBS_MAX);
  }

  /** Puts jobs back, to be run once the commits under way are settled. */
  function postpone(part: Part, jobs: Job[]): void {
    part.jobs = part.jobs.filter((job) => !jobs.includes(job));
    part.lane.draining = true;
    part.lane.jobs.unshift(...jobs);
    waiting.add(part.lane);
  }

  async function writeBatches(works: Work[]): Promise<void> {
    const writing = works.filter(({ batch }) => batch.entries.length > 0);
    const reading = works.filter(({ batch }) => batch.entries.length === 0);
    const before = Promise.all(writing.map(({ previous }) => previous));
    const batches = writing.map(({ batch }) => batch);
    // Both to their end: a commit that is still being tried must not be taken for one that has failed.
    const [committed, read] = await Promise.allSettled([
      batches.length > 0 ? settleBatches(commitSql, batches, before, patienceMs) : new Set<string>(),
      currentLogs(reading),
    ]);
    if (read.status === 'fulfilled') for (const work of reading) finish(work, read.value.has(work.lane.log));
    else fail(reading.map(evaluated), read.reason);
    if (committed.status === 'fulfilled') for (const work of writing) finish(work, committed.value.has(work.lane.log));
    else if (committed.reason instanceof Problem) fail(writing.map(evaluated), committed.reason);
    else isolate(writing, committed.reason);
  }

  /** Storage failed for longer than patience. Nothing in memory is trusted after that. */
  function fail(parts: Pick<Part, 'lane' | 'jobs' | 'settle'>[], error: unknown): void {
    const answer = error instanceof Problem ? error : unavailable(error);
    for (const { lane, jobs, settle } of parts) {
      lane.evaluating = false;
      forget(lane);
      for (const job of jobs) settleJob({ job, error: answer });
      settle(false);
    }
  }

  /** Who is refused, or answered from the record, deserves current facts as much as who writes. */
  async function currentLogs(reading: Work[]): Promise<Set<string>> {
    const current = new Set<string>();
    const building = reading.filter(({ previous }) => previous);
    const others = reading.filter(({ previous }) => !previous);
    if (others.length > 0) {
      const heads = await patiently(patienceMs, () => readHeads(sql, logsOf(others.map(({ lane }) => lane))));
      for (const { batch } of others) if ((heads.get(batch.log)?.size ?? 0) === batch.from.size) current.add(batch.log);
    }
    // The swap of the commit that they build on proves their facts as well.
    for (const { lane, previous } of building) if (await previous) current.add(lane.log);
    return current;
  }

  function finish({ lane, batch, answers, settle }: Work, isCurrent: boolean): void {
    if (isCurrent) {
      answers.forEach(settleJob);
      if (batch.entries.length > 0) onCommit?.(batch);
    } else {
      forget(lane);
      requeue(lane, answers);
    }
    settle(isCurrent);
  }

  /** What was evaluated on a lost head is worth nothing; nothing new is begun until what builds on it has lost as well. */
  function forget(lane: Lane): void {
    lane.facts = null;
    lane.draining = true;
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
    const jobs = works.flatMap(({ answers }) => answers).map(({ job }) => job);
    for (const { lane, answers, settle } of works) {
      forget(lane);
      if (jobs.length === 1) for (const { job } of answers) settleJob({ job, error });
      else {
        for (const { job } of answers) job.alone = true;
        lane.jobs.unshift(...answers.map(({ job }) => job));
      }
      settle(false);
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

/** A part less the jobs that were postponed. */
function evaluated({ lane, answers, settle }: Work): Pick<Part, 'lane' | 'jobs' | 'settle'> {
  return { lane, settle, jobs: answers.map(({ job }) => job) };
}
