// The pictures of the client portal: a client with things to decide, one permission in use, and some decided before.
import { openCamera } from './camera.mjs';
import { openStage } from './stage.mjs';

const TENANT = 'northwind-outdoor';
const CAMPAIGN = 'winter-trails-search';

export async function shootPortal(browser) {
  const stage = await openStage();
  try {
    const company = stage.company(TENANT);
    const camera = await openCamera(browser, stage, { desk: { width: 1100, height: 900 } });
    const { page, shoot, signIn, phone, desk } = camera;
    await page.goto(camera.link(TENANT, 'nicole'));
    await shoot('portal-sign-in');
    await signIn(TENANT, 'nicole');
    await shoot('portal-nothing');
    const made = await fill(stage, company);
    const pages = {
      home: '/portal',
      request: `/portal/requests/${made.increase}`,
      plan: `/portal/requests/${made.plan}`,
      permissions: '/portal/mandates',
      settings: '/portal/settings',
      refusal: '/portal/requests/999999',
    };
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(path);
      await shoot(`portal-${name}`, { whole: true });
    }
    await phone();
    for (const name of ['home', 'request', 'permissions']) {
      await page.goto(pages[name]);
      await shoot(`portal-${name}-phone`, { whole: true, height: 1600 });
    }
    await desk();
    await shootAnswer(camera, company, pages, made);
    await camera.close();
  } finally {
    await stage.close();
  }
}

/** An answer to what has changed meanwhile, and then one that counts. */
async function shootAnswer({ page, shoot }, company, pages, { ticket }) {
  await page.goto(pages.request);
  await company.revise('bid-optimizer', ticket, 'budget.change', `campaign/${CAMPAIGN}`, {
    field: 'daily_budget_minor',
    after: 58_000,
  });
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('alert').waitFor();
  await shoot('portal-changed');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('status').filter({ hasText: 'recorded' }).waitFor();
  await shoot('portal-answered');
}

/** What a client finds in the middle of a season. @returns two requests to look at */
async function fill({ clock, wait }, { ask, get, post, say, vote, applied }) {
  // Since Friday, in working hours.
  wait(-3 * 24 * 60);
  const budget = (after, approval) =>
    ask('bid-optimizer', 'budget.change', `campaign/${CAMPAIGN}`, { field: 'daily_budget_minor', after }, approval);

  await post('nicole', '/v1/mandates', {
    max_increase_pct: 10,
    campaign_ids: [CAMPAIGN],
    expires_at: new Date(clock().getTime() + 100 * 86_400_000).toISOString(),
    note: 'For the winter season only.',
  });
  const small = await budget(43_000);
  await vote('niels', small.ticket, 'approve');
  await applied('bid-optimizer', await budget(43_000, small.ticket.ticket_id));
  wait(25);
  const steep = await budget(70_000);
  wait(75);
  await vote('nicole', steep.ticket, 'reject', { comment: 'Not before the first snow.' });
  wait(3 * 24 * 60 - 275);
  const { ticket } = await budget(55_000);
  wait(30);
  const told =
    'Searches for “winter trails” are up by half since Thursday, and each sale costs less than planned. The report is attached.';
  await say('niels', ticket, told, {
    visibility: 'shared',
    attachments: [
      {
        name: 'Search terms, week 47.pdf',
        reference: 'https://files.northwind.example/search-terms-47.pdf',
        sha256: '0'.repeat(64),
        media_type: 'application/pdf',
        size_bytes: 184_000,
      },
    ],
  });
  wait(45);
  await say('nicole', ticket, 'How long would it stay this high?');
  wait(70);
  const { plans } = await get('niels', '/v1/plans?limit=100');
  const approved = plans.find(({ state }) => state === 'approved');
  const [flight] = approved.payload.flights;
  const { version } = await post('media-planner', '/v1/plans', {
    type: 'replan',
    base_version: approved.version,
    payload: {
      ...approved.payload,
      flights: [
        { ...flight, budget_minor: 3_600_000 },
        { platform: 'meta', start: '2027-01-04', end: '2027-02-28', budget_minor: 1_200_000 },
      ],
      audiences: ['hikers and campers', 'families with small children'],
    },
  });
  const replan = await ask('media-planner', 'plan.replan', `plan/${version}`);
  wait(3);
  const numberOf = ({ ticket_id }) => ticket_id.split('-')[1];
  return { ticket, increase: numberOf(ticket), plan: numberOf(replan.ticket) };
}
