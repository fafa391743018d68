// A browser of one person at a stage, and its camera.
import { mkdir, writeFile } from 'node:fs/promises';
import { signInPath } from '../../dist/web/session/links.js';
import { launchChromium } from '../../test/browser/chromium.mjs';
import { inFewColours } from './png.mjs';

const OUT = new URL('../../docs/screenshots/', import.meta.url);
const DESK = { width: 1360, height: 860 };
const PHONE = { width: 360, height: 740 };
/** A page that is longer is cut off: what is below looks the same. */
const HEIGHT_MAX = 2400;
const BYTES_MAX = 250_000;

export const launch = () => launchChromium(['--force-color-profile=srgb', '--font-render-hinting=none']);

/**
 * A browser in which nobody is signed in.
 * @param more `desk`: the size of the window; anything else is told to the browser
 */
export async function openCamera(browser, { service, site, clock }, { desk = DESK, ...more } = {}) {
  await mkdir(OUT, { recursive: true });
  const context = await browser.newContext({
    baseURL: service.url,
    viewport: desk,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    ...more,
  });
  const page = await context.newPage();
  let failed = null;
  page.on('response', (response) => {
    if (response.status() >= 500) failed = `${response.status()} at ${response.url()}`;
  });
  await context.clock.setFixedTime(clock());
  return {
    page,
    context,
    link: (tenant, person) => signInPath(site.keys.link, tenant, person, clock()),
    async signIn(tenant, person) {
      await page.goto(signInPath(site.keys.link, tenant, person, clock()));
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(/\/(inbox|portal)$/);
    },
    /**
     * The page as it is, light and dark: `docs/screenshots/<name>-<scheme>.png`.
     * @param whole the whole page and not what the window shows of it
     * @param of a part of it alone
     */
    async shoot(name, { whole = false, height = HEIGHT_MAX, of } = {}) {
      if (failed) throw new Error(`${name}: ${failed}`);
      const window = page.viewportSize();
      // A window as tall as the page, so that what sticks to its foot is at the foot of the page.
      if (whole) await page.setViewportSize({ ...window, height: Math.max(window.height, await heightOf(page)) });
      const clip = { x: 0, y: 0, ...page.viewportSize() };
      if (clip.height > height) clip.height = height;
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        const picture = inFewColours(await (of ?? page).screenshot({ animations: 'disabled', ...(!of && { clip }) }));
        if (picture.length > BYTES_MAX)
          console.warn(`${name}-${colorScheme}.png has ${picture.length} bytes: show less of it`);
        await writeFile(new URL(`${name}-${colorScheme}.png`, OUT), picture);
      }
      await page.setViewportSize(window);
    },
    phone: () => page.setViewportSize(PHONE),
    desk: () => page.setViewportSize(desk),
    close: () => context.close(),
  };
}

const heightOf = (page) => page.evaluate(() => document.documentElement.scrollHeight);
