// The pictures of the pages that are read: metrics, policies, audit. Of four weeks at an agency, played beforehand.
import { signInPath } from '../dist/web/session/links.js';
import { playMonth } from './month.mjs';

const TENANT = 'harvest-health';
const MONTH_MS = 28 * 86_400_000;

/** Plays the weeks before now. The service's clock is `now + clock.offset_ms`. */
export async function playWeeks({ service, clock, tokens }) {
  clock.offset_ms = -MONTH_MS;
  const post = async (who, path, body) => {
    const headers = { authorization: `Bearer ${tokens[TENANT][who]}`, 'content-type': 'application/json' };
    const response = await fetch(service.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  await playMonth({
    post,
    wait(minutes) {
      clock.offset_ms = Math.min(0, clock.offset_ms + minutes * 60_000);
      return new Date(Date.now() + clock.offset_ms).toISOString();
    },
    cast: {
      planner: 'media-planner',
      bidder: 'bid-optimizer',
      writer: 'creative-studio',
      service: 'reconciler',
      countersigner: 'pia',
      operator: 'olga',
      admin: 'anna',
      client: 'clara',
    },
  });
  clock.offset_ms = 0;
}

export async function shootReading({ browser, service, site, colorScheme, folder }) {
  const context = await browser.newContext({
    baseURL: service.url,
    colorScheme,
    viewport: { width: 1360, height: 860 },
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  const shoot = (name, more = {}) =>
    page.screenshot({ path: new URL(`${name}-${colorScheme}.png`, folder).pathname, ...more });
  await page.goto(signInPath(site.keys.link, TENANT, 'anna', new Date()));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/inbox');
  await page.goto('/insights?window=30d');
  await shoot('metrics', { fullPage: true, clip: { x: 0, y: 0, width: 1360, height: 2600 } });
  await page.goto('/policies');
  await shoot('policies', { fullPage: true, clip: { x: 0, y: 0, width: 1360, height: 1900 } });
  await page.goto('/audit');
  await shoot('audit');
  await page.goto('/audit?action=ticket.approved');
  await page.locator('#rows a').first().click();
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.waitForSelector('.verify-result .notice');
  await shoot('audit-entry', { fullPage: true });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto('/insights?window=30d');
  await shoot('metrics-phone');
  await page.goto('/policies?q=budget');
  await shoot('policies-phone');
  await page.goto('/audit');
  await shoot('audit-phone');
  await context.close();
}
