// The pictures of the client portal: a client with things to decide, one permission in use, and some decided before.
import { signInPath } from '../dist/web/session/links.js';

const TENANT = 'northwind-outdoor';
const CAMPAIGN = 'winter-trails-search';

/** @param stage the service, the site, the browser, everyone's tokens, and where pictures go */
export async function shootPortal({ service, site, browser, tokens, out }) {
  const request = await fill(service.url, tokens[TENANT]);
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({
      baseURL: service.url,
      colorScheme,
      viewport: { width: 1100, height: 900 },
      timezoneId: 'Europe/Berlin',
    });
    const page = await context.newPage();
    const shoot = (name) =>
      page.screenshot({ path: new URL(`portal-${name}-${colorScheme}.png`, out).pathname, fullPage: true });
    await page.goto(signInPath(site.keys.link, TENANT, 'nicole', new Date()));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/portal');
    const pages = {
      home: '/portal',
      request: `/portal/requests/${request.increase}`,
      plan: `/portal/requests/${request.plan}`,
      permissions: '/portal/mandates',
      settings: '/portal/settings',
    };
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(path);
      await shoot(name);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    for (const name of ['home', 'request', 'permissions']) {
      await page.goto(pages[name]);
      await shoot(`${name}-phone`);
    }
    await context.close();
  }
}

/** What a client finds in the middle of a season. @returns the numbers of two requests to look at */
async function fill(url, tokens) {
  const call = async (who, method, path, body) => {
    const headers = { authorization: `Bearer ${tokens[who]}`, 'content-type': 'application/json' };
    const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const post = (who, path, body) => call(who, 'POST', path, body);
  const ask = (who, action, resource, properties, approval) =>
    post(who, '/v1/decisions', {
      subject: { type: 'agent', id: who },
      action: { name: action, ...(properties && { properties }) },
      resource,
      ...(approval && { context: { approval: { ticket_id: approval } } }),
    });
  const budget = (after, approval) =>
    ask(
      'bid-optimizer',
      'budget.change',
      { type: 'campaign', id: CAMPAIGN },
      { field: 'daily_budget_minor', after },
      approval,
    );
  const vote = (who, { ticket_id, revision, subject_hash }, verdict, comment) =>
    post(who, `/v1/tickets/${ticket_id}/verdicts`, { verdict, revision, subject_hash, ...(comment && { comment }) });

  await post('nicole', '/v1/mandates', {
    max_increase_pct: 10,
    campaign_ids: [CAMPAIGN],
    expires_at: new Date(Date.now() + 100 * 86_400_000).toISOString(),
    note: 'For the winter season only.',
  });
  const small = await budget(43_000);
  await vote('niels', small.ticket, 'approve');
  const { decision_id } = await budget(43_000, small.ticket.ticket_id);
  await post('bid-optimizer', `/v1/decisions/${decision_id}/outcome`, { status: 'applied' });
  const steep = await budget(70_000);
  await vote('nicole', steep.ticket, 'reject', 'Not before the first snow.');
  const { ticket } = await budget(55_000);
  await post('niels', `/v1/tickets/${ticket.ticket_id}/comments`, {
    comment:
      'Searches for “winter trails” are up by half since Thursday, and each sale costs less than planned. The report is attached.',
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
  await post('nicole', `/v1/tickets/${ticket.ticket_id}/comments`, { comment: 'How long would it stay this high?' });
  const { plans } = await call('niels', 'GET', '/v1/plans?limit=100');
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
  const replan = await ask('media-planner', 'plan.replan', { type: 'plan', id: String(version) });
  return { increase: ticket.ticket_id.split('-')[1], plan: replan.ticket.ticket_id.split('-')[1] };
}
