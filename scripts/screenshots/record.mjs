// What agents and people did at Harvest Health, for the pictures of plans, campaigns and runs.

import { openCamera } from './camera.mjs';
import { openStage } from './stage.mjs';

const TENANT = 'harvest-health';
const USD = 10n ** 12n;

export async function shootRecord(browser) {
  const stage = await openStage();
  try {
    const made = await fill(stage, stage.company(TENANT));
    const camera = await openCamera(browser, stage);
    const { page, shoot } = camera;
    await camera.signIn(TENANT, 'anna');
    const pages = pagesOf(made);
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(path);
      await shoot(name, { whole: true });
    }
    await camera.phone();
    for (const name of ['plan', 'campaign', 'run']) {
      await page.goto(pages[name]);
      await shoot(`${name}-phone`, { whole: true, height: 1600 });
    }
    await camera.close();
  } finally {
    await stage.close();
  }
}

/** Name of the picture → its page. */
const pagesOf = ({ plan, change }) => ({
  plans: '/plans',
  plan: `/plans/${plan}`,
  'plan-comparison': `/plans/${plan}?against=1`,
  campaigns: '/campaigns',
  campaign: '/campaigns/daily-greens-meta',
  'change-sets': '/change-sets',
  'change-set': `/change-sets/${change}`,
  runs: '/runs',
  run: '/runs/headlines-0412',
});

/** @returns which plan and which change set to look at */
async function fill({ wait, clock }, company) {
  const { ask, get, post, put } = company;
  wait(-300);
  const approve = async (ticket, ...voters) => {
    for (const who of voters) await company.vote(who, ticket, 'approve');
  };
  const applied = (decision) => company.applied('bid-optimizer', decision);

  await approve((await ask('media-planner', 'plan.execute', 'plan/1')).ticket, 'pia');
  const plan = (name, flights, more = {}) => ({
    type: 'revise',
    base_version: 1,
    payload: {
      name,
      currency: 'USD',
      total_budget_minor: flights.reduce((sum, one) => sum + one[3], 400_000),
      flights: flights.map(([platform, start, end, budget_minor]) => ({ platform, start, end, budget_minor })),
      audiences: ['women 30–54, health-conscious', 'runners', 'new parents'],
      creative_themes: ['daily greens', 'strong bones'],
      ...more,
    },
  });
  const spring = [
    ['meta', '2026-10-01', '2027-01-31', 4_200_000],
    ['google', '2026-11-01', '2027-03-31', 3_600_000],
    ['tiktok', '2026-12-15', '2027-02-14', 900_000],
    ['youtube', '2027-01-10', '2027-03-31', 1_500_000],
  ];
  await post('media-planner', '/v1/plans', plan('Harvest Health, less TikTok', spring.slice(0, 2)));
  const third = await post('media-planner', '/v1/plans', plan('Harvest Health, winter and spring', spring));
  const { ticket } = await ask('media-planner', 'plan.revise', `plan/${third.version}`);
  await approve(ticket, ...(ticket.slots.length > 1 ? ['pia', 'clara'] : ['pia']));

  const move = { plan_version: third.version, approved: { daily_budget_minor: 95_000, bid_minor: 180 } };
  await post('pia', '/v1/campaigns/daily-greens-meta/plan', move);
  for (const [id, name, platform, daily] of [
    ['greens-search', 'Greens, search', 'google', 60_000],
    ['greens-short', 'Greens, short films', 'tiktok', 14_000],
    ['bones-video', 'Strong bones, video', 'youtube', 18_000],
  ])
    await post('media-planner', '/v1/campaigns', {
      id,
      name,
      platform,
      plan_version: third.version,
      approved: { daily_budget_minor: daily, bid_minor: 120 },
    });
  const ids = { campaign: '120210000481516234', ad_set: '120210000481516235' };
  await put('media-planner', '/v1/campaigns/daily-greens-meta/platform-ids', { platform_ids: ids });
  for (const [campaign, field, after] of [
    ['daily-greens-meta', 'bid_minor', 186],
    ['daily-greens-meta', 'daily_budget_minor', 99_000],
    ['greens-search', 'daily_budget_minor', 62_500],
    ['greens-search', 'bid_minor', 114],
    ['daily-greens-meta', 'bid_minor', 191],
  ])
    await applied(await ask('bid-optimizer', 'optimization.apply', `campaign/${campaign}`, { field, after }));
  const { changes } = await get('anna', '/v1/campaigns/greens-search/optimization-log');
  const back = await post('bid-optimizer', `/v1/change-sets/${changes[0].change_set_id}/rollback`, {});
  await applied(back.questions[0].decision);
  await ask('bid-optimizer', 'optimization.apply', 'campaign/daily-greens-meta', {
    field: 'daily_budget_minor',
    after: 101_000,
  });
  await fillRuns(company, { wait, clock });
  return { plan: third.version, change: changes[0].change_set_id };
}

async function fillRuns({ post }, { wait, clock }) {
  const run = (run_id, task_id, more = {}) =>
    post('creative-studio', '/v1/runs', {
      run_id,
      task_id,
      main_task_id: 'spring-creatives',
      agent: 'creative-studio',
      model: 'claude-sonnet-4-5',
      ...more,
    });
  const step = (run_id, step_id, kind, cause) =>
    post('creative-studio', `/v1/runs/${run_id}/steps`, { step_id, kind, ...(cause && { cause }) });
  const spend = (run_id, event_id, cents) =>
    post('reconciler', '/v1/spend-events', { run_id, event_id, pico_usd: String((USD * BigInt(cents)) / 100n) });
  const hold = (run_id, hold_id) =>
    post('creative-studio', `/v1/runs/${run_id}/holds`, {
      hold_id,
      model: 'claude-sonnet-4-5',
      input_tokens: 24_000,
      max_output_tokens: 4_000,
    });
  const check = (result_id, run_id, task_id, pass, codes) => ({
    result_id,
    run_id,
    task_id,
    main_task_id: 'spring-creatives',
    agent: 'creative-studio',
    model: 'claude-sonnet-4-5',
    pass,
    ...(codes && { failure_codes: codes }),
    at: clock().toISOString(),
  });

  await run('headlines-0412', 'headlines', { estimate: { usd: '2.00' } });
  await run('headlines-0412-meta', 'headlines-meta', { parent_run_id: 'headlines-0412' });
  await run('headlines-0412-search', 'headlines-search', { parent_run_id: 'headlines-0412' });
  await step('headlines-0412', 'draft', 'step');
  await step('headlines-0412-meta', 'write-1', 'tool_round');
  await step('headlines-0412-meta', 'fix-1', 'qc_correction', {
    code: 'claim_unsupported',
    detail: '“proven to” without a source in the second headline',
  });
  await step('headlines-0412-search', 'write-1', 'tool_round');
  const cents = [8, 11, 9, 14, 21, 17, 26, 31, 24, 38, 44, 41];
  for (const [i, amount] of cents.entries()) {
    wait(3);
    await spend('headlines-0412', `call-${i + 1}`, amount);
  }
  await hold('headlines-0412-meta', 'meta-3');
  await hold('headlines-0412-search', 'search-2');

  await run('variants-0409', 'variants', { estimate: { usd: '0.50' } });
  for (const [i, amount] of [12, 18, 25, 33, 29, 41].entries()) {
    wait(2);
    await spend('variants-0409', `v-${i + 1}`, amount);
  }

  await run('claims-0411', 'claims', { estimate: { usd: '1.20' } });
  await spend('claims-0411', 'c-1', 22);
  for (const n of [1, 2, 3])
    await step('claims-0411', `fix-${n}`, 'qc_correction', { code: n === 2 ? 'too_long' : 'claim_unsupported' });
  await run('audit-0413', 'landing-pages');
  const results = [
    check('qc-1', 'headlines-0412-meta', 'headlines-meta', false, ['claim_unsupported']),
    check('qc-2', 'headlines-0412-meta', 'headlines-meta', true),
    check('qc-3', 'headlines-0412-search', 'headlines-search', true),
  ];
  await post('reconciler', '/v1/qc/results', { results });
  const { result_id: _, pass: __, failure_codes: ___, ...work } = results[0];
  const loop = { ...work, loop_id: 'loop-1', depth: 1, causes: ['claim_unsupported'], tokens: 5_200, resolved: true };
  await post('reconciler', '/v1/qc/loops', { loops: [loop] });
}
