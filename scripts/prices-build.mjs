// Writes prices/list.json from the list that @pydantic/genai-prices ships; with --check, fails when the file is another.
//
// A file of our own rather than the package at run time: a price must not change because a dependency was updated without anybody
// reading the difference; what the package gives as JS numbers is turned into decimal text once, here, where it can be seen; and the
// hash that a charge keeps must be that of something that lies in this repository.
import { readFile, writeFile } from 'node:fs/promises';
import { waitForUpdate } from '@pydantic/genai-prices';
import * as prettier from 'prettier';

const target = new URL('../prices/list.json', import.meta.url);
const manifest = new URL('../node_modules/@pydantic/genai-prices/package.json', import.meta.url);
const { name, version } = JSON.parse(await readFile(manifest, 'utf8'));
// Days on which the versions were published (npm view @pydantic/genai-prices time): the package itself does not say.
const published = { '0.1.8': '2026-09-23' };
if (!published[version]) throw new Error(`say in ${import.meta.filename} when ${name} ${version} was published`);

// Resolves at once to the list in the package: no update has been asked for.
const providers = await waitForUpdate();
const list = {
  v: 1,
  source: `${name} ${version}`,
  dated: published[version],
  providers: providers.map(({ id, provider_match, model_match, fallback_model_providers, models }) => ({
    id,
    provider_match,
    model_match,
    fallback_providers: fallback_model_providers,
    models: models.map((model) => ({
      id: model.id,
      match: model.match,
      periods: (Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }]).map(period),
    })),
  })),
};
const json = JSON.stringify(list);
const text = await prettier.format(json, { ...(await prettier.resolveConfig(target)), filepath: 'list.json' });
if (process.argv.includes('--check')) {
  if ((await readFile(target, 'utf8')) !== text) {
    console.error('prices/list.json is not what npm run prices:build writes');
    process.exitCode = 1;
  }
} else await writeFile(target, text);

function period({ constraint, prices }) {
  return {
    ...(constraint?.type === 'start_date' && { from: constraint.start_date }),
    ...(constraint?.type === 'time_of_date' && {
      hours: { start: seconds(constraint.start_time), end: seconds(constraint.end_time) },
    }),
    prices: Object.fromEntries(Object.entries(prices).map(([key, price]) => [key, amount(price)])),
  };
}

function amount(price) {
  if (typeof price === 'number') return decimal(price);
  const tiers = [...price.tiers].sort((a, b) => a.start - b.start);
  return { base: decimal(price.base), tiers: tiers.map((tier) => ({ above: tier.start, price: decimal(tier.price) })) };
}

/** The shortest decimal that reads back as this number: what stood in the source, unless that had more than 17 digits. */
function decimal(number) {
  const [, whole, fraction = '', minus = '0'] = /^(\d+)(?:\.(\d+))?(?:e-(\d+))?$/.exec(String(number));
  const shift = Number(minus);
  const digits = (whole + fraction).padStart(whole.length + fraction.length + shift, '0');
  const point = digits.length - fraction.length - shift;
  const text = `${digits.slice(0, point).replace(/^0+(?=\d)/, '')}${digits.slice(point) && `.${digits.slice(point)}`}`;
  if (Number(text) !== number) throw new Error(`${number} became ${text}`);
  return text;
}

function seconds(time) {
  const [, hours, minutes, rest] = /^(\d\d):(\d\d):(\d\d)Z$/.exec(time);
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
}
