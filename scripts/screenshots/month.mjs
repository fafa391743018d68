// Plays four weeks of an agency against a service whose clock is ours, through its API: changes, approvals, runs, quality checks.
// For the pictures of docs/screenshots, so that the metrics have something to show. The same every time.

const TASKS = ['search-copy', 'bid-review', 'landing-check'];
const MODELS = ['gpt-4o', 'claude-sonnet-4'];
const CODES = ['brand_voice', 'broken_link', 'claim_unsupported', 'wrong_locale', 'too_long'];

/**
 * @param post sends a body as one of the cast and gives the answer
 * @param wait moves the clock on by minutes
 * @param cast who plays: agents, a service, a countersigning planner, an operator, an admin, a client
 * @param days how many
 */
export async function playMonth({ post, wait, cast, days }) {
  const dice = createDice();
  let n = 0;
  const change = (after) => ({ field: 'daily_budget_minor', after });
  const applied = ({ decision_id }) => post(cast.bidder, `/v1/decisions/${decision_id}/outcome`, { status: 'applied' });
  const vote = (who, { ticket_id, revision, subject_hash }, verdict, kind) =>
    post(who, `/v1/tickets/${ticket_id}/verdicts`, {
      verdict,
      revision,
      subject_hash,
      ...(verdict === 'reject' && { comment: 'Not this week.' }),
      ...(kind && { resolution: { kind }, comment: 'The agent goes in circles.' }),
    });
  const plan = await ask(cast.planner, 'plan.execute', 'plan/1');
  wait(95);
  if (plan.ticket) await vote(cast.countersigner, plan.ticket, 'approve');
  for (let day = 0; day < days; day++) {
    let minutes = 0;
    const pass = (time) => {
      minutes += time;
      wait(time);
    };
    const campaign = `trail-${day}`;
    const approved = { daily_budget_minor: 10_000, bid_minor: 100 };
    await post(cast.planner, '/v1/campaigns', {
      id: campaign,
      name: `Trail ${day}`,
      platform: 'google',
      plan_version: 1,
      approved,
    });
    let live = 10_000;
    for (let left = 2 + dice(4); left > 0; left--) await small(campaign, (live += 60));
    if (dice(3) > 0) await large(campaign, pass, { before: live, after: 5_000 + dice(3) * 1_000 }, day);
    if (dice(12) > day / 3) await override(`inv-${day}`, pass);
    for (let i = 0; i < 3; i++) await work(`run-${n++}`, pass, day);
    wait(Math.max(1, 1440 - minutes));
  }

  async function small(campaign, after) {
    const decision = await ask(cast.bidder, 'budget.change', `campaign/${campaign}`, change(after));
    if (decision.effect === 'allow') await applied(decision);
    return decision;
  }

  async function large(campaign, pass, { before, after }, day) {
    const { ticket } = await ask(cast.bidder, 'budget.change', `campaign/${campaign}`, change(after));
    if (!ticket) return;
    pass(15 + dice(200 - day * 4));
    const verdict = dice(6) === 0 ? 'reject' : 'approve';
    await vote(cast.operator, ticket, verdict);
    if (verdict === 'reject') return;
    const decision = await ask(cast.bidder, 'budget.change', `campaign/${campaign}`, change(after), ticket.ticket_id);
    if (decision.effect !== 'allow') return;
    await applied(decision);
    if (dice(5) > 0) return;
    pass(60);
    const back = { ...change(before), undoes: `CS-${decision.decision_id.slice(2)}` };
    const undo = await ask(cast.bidder, 'budget.change', `campaign/${campaign}`, back);
    if (undo.ticket) {
      pass(10);
      await vote(cast.operator, undo.ticket, 'approve');
      await vote(cast.client, undo.ticket, 'approve');
      const again = await ask(cast.bidder, 'budget.change', `campaign/${campaign}`, back, undo.ticket.ticket_id);
      if (again.effect === 'allow') await applied(again);
    } else if (undo.effect === 'allow') await applied(undo);
  }

  async function override(invoice, pass) {
    const { ticket } = await ask(cast.service, 'reconciliation.override', `reconciliation/${invoice}`);
    pass(20 + dice(90));
    if (ticket) await vote(cast.admin, ticket, 'approve');
  }

  async function work(run_id, pass, day) {
    const agent = [cast.bidder, cast.writer][dice(2)];
    const run = { run_id, task_id: `task-${run_id}`, main_task_id: TASKS[dice(3)], agent, model: MODELS[dice(2)] };
    await post(agent, '/v1/runs', run);
    const estimate = 40_000_000_000 + dice(40) * 1_000_000_000;
    await post(agent, `/v1/runs/${run_id}/estimate`, { pico_usd: String(estimate) });
    const bad = dice(10) < (day > 10 && day < 16 ? 5 : 2);
    const results = bad ? [false, dice(3) > 0] : [true];
    for (const [i, good] of results.entries()) {
      pass(3);
      const failure_codes = good ? [] : [CODES[dice(2)], CODES[dice(5)]];
      await post(cast.service, '/v1/qc/results', {
        ...run,
        result_id: `qc-${run_id}-${i}`,
        pass: good,
        failure_codes: [...new Set(failure_codes)],
        at: wait(0),
      });
      if (!good && i === 0)
        await post(agent, `/v1/runs/${run_id}/steps`, {
          step_id: 'fix-1',
          kind: 'qc_correction',
          cause: { code: failure_codes[0], detail: 'see the result' },
        });
    }
    if (bad)
      await post(cast.service, '/v1/qc/loops', {
        ...run,
        loop_id: `loop-${run_id}`,
        depth: 1 + dice(3),
        resolved: results.at(-1),
        at: wait(0),
      });
    pass(2);
    const spent = Math.floor((estimate * (60 + dice(bad ? 140 : 70))) / 100);
    await post(cast.service, '/v1/spend-events', { event_id: `spent-${run_id}`, run_id, pico_usd: String(spent) });
    if (bad && dice(3) === 0) {
      const step = (step_id) =>
        post(agent, `/v1/runs/${run_id}/steps`, { step_id, kind: 'orchestrator_retry', cause: { code: 'timeout' } });
      await step('try-1');
      const { ticket } = (await step('try-2')).decision;
      pass(12 + dice(60));
      if (ticket && day < days - 1) await vote(cast.operator, ticket, 'resolve', 'abort');
    }
  }

  function ask(who, action, resource, properties, approval) {
    const [type, id] = resource.split('/');
    return post(who, '/v1/decisions', {
      subject: { type: who === cast.service ? 'service' : 'agent', id: who },
      action: { name: action, ...(properties && { properties }) },
      resource: { type, id },
      ...(approval && { context: { approval: { ticket_id: approval } } }),
    });
  }
}

/** Numbers that look random and are the same every time (Park and Miller). */
function createDice() {
  let state = 42;
  return (sides) => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * Math.max(1, sides));
  };
}
