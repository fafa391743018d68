// Takes the pictures of docs/screenshots: the demo agency on a service of its own, in a real browser, light and dark. Each set has its
// own stage, so none sees what another did there.
//
//     npm run screenshots                  all of them
//     npm run screenshots -- portal        one set
import { shootAgency } from './screenshots/agency.mjs';
import { launch } from './screenshots/camera.mjs';
import { shootPortal } from './screenshots/portal.mjs';
import { shootReading } from './screenshots/reading.mjs';
import { shootRecord } from './screenshots/record.mjs';

const SETS = { agency: shootAgency, record: shootRecord, reading: shootReading, portal: shootPortal };

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in SETS));
if (unknown) throw new Error(`there is no set ${unknown}: ${Object.keys(SETS).join(', ')}`);
const browser = await launch();
try {
  for (const [name, shoot] of Object.entries(SETS))
    if (wanted.length === 0 || wanted.includes(name)) await shoot(browser);
} finally {
  await browser.close();
}
