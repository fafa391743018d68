// An agency with a past, for the bench of the pages: 90 days of runs, checks, changes and approvals, then what waits today. All of it by
// the service's own commands through its one commit path, so rows, log and figures are as they would be; only HTTP is left out.
import { decide } from '../dist/decide/decide.js';
import { spendOn } from '../dist/decide/cost.js';
import { reportOutcome } from '../dist/decide/outcome.js';
import { reportSpend } from '../dist/runs/cost/spend.js';
import { pricesOf } from '../dist/runs/prices/tenant-prices.js';
import { recordLoop, recordResult } from '../dist/runs/qc.js';
import { addComment } from '../dist/tickets/comments.js';
import { castVerdict } from '../dist/tickets/verdicts.js';
import { AGENTS, DAY_MS, DESK, agent, human, openAgency } from './pages-agency.mjs';

export const TENANT = 'pages';
/** Of each, how many. `tickets` wait; `decided` have been approved by two people. */
export const AMOUNTS = {
  tickets: 10_000,
  flags: 25,
  plans: 100,
  campaigns: 300,
  changes: 5_000,
  runs: 2_000,
  results: 20_000,
  decided: 500,
  charges: 5_000,
  entries: 100_000,
};
const DAYS = 90;
const AT_ONCE = 250;
const LONG_COMMENTS = 100;
const MODELS = ['gpt-4o', 'claude-sonnet-4-5', 'gemini-2.5-pro'];
const MAIN_TASKS = ['copy', 'targeting', 'bidding', 'landing-pages', 'reporting'];
const CODES = ['claim_unsupported', 'too_long', 'off_brand', 'wrong_locale'];

/**
 * Fills an empty service. `clock.at` is the service's clock, which this moves: what happened long ago is recorded long ago.
 * @returns what the pages to be measured are named after
 */
export async function fillAgency({ ledger, policy, sql }, clock, amounts = AMOUNTS) {
  const end = clock.at;
  const run = (command) => ledger.submit(TENANT, command);
  const all = async (count, one) => {
    for (let from = 0; from < count; from += AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => one(from + i)));
  };
  const stage = { run, all, policy, amounts };
  const told = timed();

  clock.at = end - 2 * DAYS * DAY_MS;
  await openAgency(stage);
  told('people, plans and campaigns');
  for (let day = DAYS; day > 0; day--) {
    clock.at = end - day * DAY_MS;
    await liveADay(stage, DAYS - day, clock.at);
  }
  told(`${DAYS} days`);
  clock.at = end - 11 * 3_600_000;
  const long = await openLongOnes(stage, clock, end);
  // A tenth has waited for hours: reminded, escalated, some of it late. The others came in the last one.
  const late = amounts.tickets / 10;
  for (let i = 0; i < 10; i++) {
    clock.at = end - (11 - i) * 3_600_000;
    await all(late / 10, (n) => openTicket(stage, (i * late) / 10 + n));
  }
  clock.at = end - 1_800_000;
  await all(amounts.tickets - late, (n) => openTicket(stage, late + n));
  await raiseFlags(stage);
  clock.at = end;
  told(`${amounts.tickets} open tickets, ${amounts.flags} red flags`);
  await topUp(stage, sql);
  await sql`vacuum analyze`;
  told('the rest of the log; vacuum');
  return long;
}

function asked(tx, policy, caller, name, resource, properties) {
  const [type, id] = resource.split('/');
  const { decision } = decide(
    tx,
    policy,
    caller,
    { subject: { type: caller.kind, id: caller.id }, action: { name, properties }, resource: { type, id } },
    null,
  );
  return decision;
}

function expectEffect(decision, effect, what) {
  if (decision.effect !== effect) throw new Error(`${what}: ${decision.effect} ${JSON.stringify(decision.reasons)}`);
  return decision;
}

/** One day's part of everything that adds up. */
async function liveADay({ run, all, policy, amounts }, day, at) {
  const share = (count) => Math.floor(((day + 1) * count) / DAYS) - Math.floor((day * count) / DAYS);
  const before = (count) => Math.floor((day * count) / DAYS);
  await all(share(amounts.runs), (i) => liveARun({ run, policy }, before(amounts.runs) + i));
  await all(share(amounts.results), (i) => checkWork({ run, policy }, before(amounts.results) + i, at));
  await all(share(amounts.changes), (i) => changeBid({ run, policy, amounts }, before(amounts.changes) + i));
  await all(share(amounts.decided), (i) => decideOne({ run, policy, amounts }, before(amounts.decided) + i));
}

const workOf = (i) => ({
  run_id: `run-${i}`,
  task_id: `task-${i}`,
  main_task_id: MAIN_TASKS[i % MAIN_TASKS.length],
  agent: `agent-${i % AGENTS}`,
  model: MODELS[i % MODELS.length],
});

async function liveARun({ run, policy }, i) {
  const { run_id, ...work } = workOf(i);
  await run((tx) => {
    const start = asked(tx, policy, agent(i), 'run.start', `run/${run_id}`, { ...work, estimate: { usd: '5.00' } });
    expectEffect(start, 'allow', run_id);
    for (let n = 0; n < 3; n++)
      asked(tx, policy, agent(i), 'agent.step', `run/${run_id}`, { kind: 'step', step_id: `step-${n}` });
    spend(tx, policy, run_id, `${run_id}-call`, 100_000_000_000 + i);
  });
}

function spend(tx, policy, run_id, event_id, pico) {
  const { refusal } = spendOn(tx, policy, DESK, run_id, 'charge', (row) =>
    reportSpend(tx, policy, pricesOf(tx), DESK, row, { event_id, run_id, pico_usd: String(pico) }),
  );
  if (refusal) throw refusal;
}

async function checkWork({ run, policy }, i, at) {
  const pass = i % 7 !== 0;
  const { run_id, ...work } = workOf(i);
  const signal = { ...work, run_id, at: new Date(at - (i % 200) * 60_000).toISOString() };
  await run((tx) => {
    const codes = pass ? {} : { failure_codes: [CODES[i % 4], CODES[(i + 1) % 4]] };
    recordResult(tx, policy, DESK, { ...signal, result_id: `result-${i}`, pass, ...codes });
    if (i % 20 === 0)
      recordLoop(tx, policy, DESK, {
        ...signal,
        loop_id: `loop-${i}`,
        depth: 1 + (i % 3),
        tokens: 900,
        resolved: true,
      });
  });
}

/** A fifth of the changes are of one campaign, whose log is long. */
async function changeBid({ run, policy, amounts }, i) {
  const campaign = `campaign/campaign-${i % 5 === 0 ? 0 : 1 + (i % (amounts.campaigns - 1))}`;
  const properties = { field: 'bid_minor', after: 1_200 + (i % 23) };
  const asking = (tx) => asked(tx, policy, agent(i), 'optimization.apply', campaign, properties);
  const { decision_id } = expectEffect(await run(asking), 'allow', `change ${i}`);
  // A command of its own: what it reads is named after where the decision came to stand.
  await run((tx) => reportOutcome(tx, agent(i), Number(decision_id.slice(2)), { status: 'applied' }));
}

/** A budget change beyond the guardrail, agreed to by operator and client, or rejected. */
async function decideOne({ run, policy, amounts }, i) {
  const campaign = `campaign/campaign-${i % amounts.campaigns}`;
  const properties = { field: 'daily_budget_minor', after: 1_300_000 + i };
  const { ticket } = await run((tx) => asked(tx, policy, agent(i), 'budget.change', campaign, properties));
  const { ticket_id, revision, subject_hash } = ticket;
  const verdict = {
    verdict: i % 5 === 0 ? 'reject' : 'approve',
    revision,
    subject_hash,
    comment: 'As agreed by phone.',
  };
  for (const voter of [human('olga', 'operator'), human('clara', 'client')])
    if (verdict.verdict === 'approve' || voter.id === 'olga')
      await run((tx) => castVerdict(tx, policy, voter, ticket_id, verdict));
}

async function openTicket({ run, policy, amounts }, i) {
  const properties = { field: 'daily_budget_minor', after: i % 2 === 0 ? 1_200_000 + i : 800_000 - i };
  const campaign = `campaign/campaign-${i % amounts.campaigns}`;
  const decision = await run((tx) => asked(tx, policy, agent(i), 'budget.change', campaign, properties));
  return expectEffect(decision, 'review', `ticket ${i}`).ticket;
}

/** A ticket with a long thread, a run with many charges and steps, a campaign with a long log. */
async function openLongOnes({ run, all, policy, amounts }, clock, end) {
  const { ticket_id: ticket } = await openTicket({ run, policy, amounts }, amounts.tickets);
  const long = 'A long text, as an agent writes it when nobody stops it. '.repeat(170);
  await all(LONG_COMMENTS, (i) =>
    run((tx) => addComment(tx, i % 2 ? agent(i) : human('olga', 'operator'), ticket, { comment: `${i}: ${long}` })),
  );
  const run_id = 'long-run';
  const work = { task_id: 'long-task', main_task_id: 'copy', agent: 'agent-0', model: 'gpt-4o' };
  await run((tx) => {
    asked(tx, policy, agent(0), 'run.start', `run/${run_id}`, { ...work, estimate: { usd: '40.00' } });
  });
  await all(90, (i) =>
    run((tx) => {
      const child = { ...work, task_id: `long-task-${i}`, parent_run_id: run_id };
      asked(tx, policy, agent(0), 'run.start', `run/${run_id}-${i}`, child);
    }),
  );
  await all(8, (i) =>
    run((tx) => asked(tx, policy, agent(0), 'agent.step', `run/${run_id}`, { kind: 'step', step_id: `step-${i}` })),
  );
  // Over a quarter of an hour, a few at the same moment.
  for (let i = 0; i < 900; i++) {
    clock.at += 1_000;
    await all(Math.ceil(amounts.charges / 900), (n) =>
      run((tx) => spend(tx, policy, run_id, `charge-${i}-${n}`, 1_000_000_000 + i)),
    );
  }
  return { ticket, run: run_id, campaign: 'campaign-0', day: new Date(end - DAY_MS).toISOString().slice(0, 10) };
}

async function raiseFlags({ run, all, policy, amounts }) {
  await all(amounts.flags, (i) =>
    run((tx) => {
      const work = { task_id: `dear-${i}`, main_task_id: 'copy', agent: `agent-${i % AGENTS}`, model: 'gpt-4o' };
      const start = asked(tx, policy, agent(i), 'run.start', `run/dear-${i}`, { ...work, estimate: { usd: '1.00' } });
      expectEffect(start, 'allow', `dear-${i}`);
      spend(tx, policy, `dear-${i}`, `dear-${i}`, (4 + i) * 1_000_000_000_000);
    }),
  );
}

/** Agents that ask and are let do it, until the log is as long as it is to be. */
async function topUp({ run, all, policy, amounts }, sql) {
  const [{ size }] = await sql`select size from audit_head where tenant_id = ${TENANT}`;
  const properties = { field: 'bid_minor', after: 1_210 };
  await all(Math.max(0, amounts.entries - size), (i) =>
    run((tx) =>
      asked(tx, policy, agent(i), 'optimization.apply', `campaign/campaign-${i % amounts.campaigns}`, properties),
    ),
  );
}

function timed() {
  let last = performance.now();
  return (what) => {
    const now = performance.now();
    console.error(`${what}: ${((now - last) / 1000).toFixed(1)} s`);
    last = now;
  };
}
