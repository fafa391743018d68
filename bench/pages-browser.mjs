// What a person waits for in a real browser, from the key or the click until the page shows it.
import { launchChromium } from '../test/browser/chromium.mjs';
import { percentile } from './pages-measure.mjs';

const TIMES = 15;
export async function measureBrowser(url, signInPath) {
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ baseURL: url, viewport: { width: 1360, height: 860 } });
    const tab = await context.newPage();
    await tab.goto(signInPath());
    await tab.getByRole('button', { name: 'Sign in' }).click();
    await tab.waitForURL('**/inbox');
    const waits = {};
    const keep = (name, ms) => (waits[name] ??= []).push(ms);
    for (let i = 0; i < TIMES; i++) await walk(tab, keep);
    console.log('\n| in Chromium | least | p50 ms | p95 ms |\n|---|---|---|---|');
    for (const [name, values] of Object.entries(waits)) {
      const sorted = values.sort((a, b) => a - b);
      const figures = [sorted[0], percentile(sorted, 0.5), percentile(sorted, 0.95)].map((one) => one.toFixed(0));
      console.log(`| ${name} | ${figures.join(' | ')} |`);
    }
  } finally {
    await browser.close();
  }
}

/** One round: a ticket, the next, another view, back. The first ticket is opened at once, without the pause in which it is fetched ahead. */
async function walk(tab, keep) {
  await tab.goto('/inbox');
  keep('J to the next row', await tab.evaluate(timed, { key: 'j' }));
  keep('Enter until the ticket is there', await tab.evaluate(timed, { clicks: true }));
  await tab.keyboard.press('j');
  await tab.waitForTimeout(400);
  keep('Enter until the next is there, after a look at its row', await tab.evaluate(timed, { clicks: true }));
  await tab.locator('.views a', { hasText: 'My roles' }).focus();
  keep('a view until its rows are there', await tab.evaluate(timed, { clicks: true }));
  keep('Back until the ticket is there', await tab.evaluate(timed, { goesBack: true }));
}

/** Runs in the page: from the key or the click to the second frame after it shows what was asked for. */
async function timed({ key, clicks, goesBack }) {
  const frame = () => new Promise((resume) => requestAnimationFrame(resume));
  const at = document.activeElement;
  const shown = document.getElementById('detail').firstElementChild;
  const rows = document.querySelector('.list-body');
  const isThere = () =>
    key
      ? document.activeElement !== at
      : at.dataset.row || goesBack
        ? document.getElementById('detail').firstElementChild !== shown && document.querySelector('article.ticket')
        : document.querySelector('.list-body') !== rows;
  const started = performance.now();
  if (clicks) at.click();
  else if (goesBack) history.back();
  else document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  while (!isThere()) await frame();
  await frame();
  await frame();
  return performance.now() - started;
}
