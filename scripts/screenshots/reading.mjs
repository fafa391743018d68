// The pictures of the pages that are read: metrics, policies, the log. Of four weeks at an agency.
import { openCamera } from './camera.mjs';
import { playMonth } from './month.mjs';
import { openStage } from './stage.mjs';

const TENANT = 'harvest-health';
const DAYS = 28;

export async function shootReading(browser) {
  const stage = await openStage({ started_days_ago: DAYS });
  try {
    const { post } = stage.company(TENANT);
    await playMonth({
      post,
      wait: stage.wait,
      days: DAYS,
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
    const camera = await openCamera(browser, stage);
    await camera.signIn(TENANT, 'anna');
    await shootMetrics(camera);
    await shootPolicies(camera);
    await shootAudit(camera);
    await camera.close();
  } finally {
    await stage.close();
  }
}

async function shootMetrics({ page, shoot, phone, desk }) {
  await page.goto('/insights?window=7d&compare=yes');
  await shoot('metrics', { whole: true });
  await page.goto('/insights?window=30d');
  // Each figure alone as well: a page of eleven is too tall to look at.
  for (const figure of await page.getByRole('figure').all())
    await shoot(`metric-${await figure.getAttribute('id')}`, { of: figure });
  await phone();
  await page.goto('/insights?window=30d');
  await shoot('metrics-phone', { whole: true, height: 1600 });
  await desk();
}

async function shootPolicies({ page, shoot, phone, desk }) {
  await page.goto('/policies');
  await shoot('policies', { whole: true, height: 1900 });
  await page.goto('/policies?q=budget');
  await shoot('policies-search', { whole: true, height: 1400 });
  await phone();
  await page.goto('/policies?q=budget');
  await shoot('policies-phone');
  await desk();
}

async function shootAudit({ page, shoot, phone, desk }) {
  await page.goto('/audit');
  await shoot('audit');
  await page.goto('/audit?action=ticket.approved');
  await page.locator('main').getByRole('table').getByRole('link').first().click();
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByText(/every hash is right/).waitFor();
  await shoot('audit-entry', { whole: true });
  await phone();
  await page.goto('/audit');
  await shoot('audit-phone');
  await desk();
}
