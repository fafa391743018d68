import { type Context, Hono } from 'hono';
import { Problem, invalid } from '../contract/problem.ts';
import type { Price, PriceOverridesRequest } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { usdOf } from '../runs/prices/amount.ts';
import type { Unpriced } from '../runs/prices/answers.ts';
import type { PriceList } from '../runs/prices/list.ts';
import { findRow, priceUsage, ratesOf } from '../runs/prices/price.ts';
import { pricesOf, readOverrides, replaceOverrides } from '../runs/prices/tenant-prices.ts';
import { actorOf } from '../tenants/tokens.ts';
import { queryNumber, readJson } from './body.ts';
import { type Deps, asCaller } from './context.ts';
import { expectedVersion } from './tenant.ts';

const parseOverrides = parser<PriceOverridesRequest>('price-overrides-request.json');
const TOKENS_MAX = 1_000_000_000;
const NAME_MAX = 256;
const UNITS = ['input_tokens', 'cache_read_tokens', 'cache_write_tokens', 'output_tokens'];

/** What calls are charged by, and the prices that a tenant has of its own. */
export function priceRoutes(deps: Deps): Hono {
  return new Hono()
    .get('/', async (context) => {
      const asked = readAsked(context);
      const answer = await asCaller(deps, context, 'price.read', (tx) =>
        answerPrice(pricesOf(tx), { ...asked, at: asked.at ?? tx.now }),
      );
      return context.json(answer);
    })
    .get('/overrides', async (context) => {
      const version = queryNumber(context, 'version', 1, Number.MAX_SAFE_INTEGER);
      const overrides = await asCaller(deps, context, 'price.read', (tx) => readOverrides(tx, version));
      context.header('etag', `"${overrides.version}"`);
      return context.json(overrides);
    })
    .put('/overrides', async (context) => {
      const request = parseOverrides(await readJson(context));
      const expected = expectedVersion(context.req.header('if-match'));
      const overrides = await asCaller(deps, context, 'price.write', (tx, caller) =>
        replaceOverrides(tx, actorOf(caller), request, expected),
      );
      context.header('etag', `"${overrides.version}"`);
      return context.json(overrides);
    });
}

interface Asked {
  provider: string | undefined;
  model: string;
  tier: string | undefined;
  usage: Record<string, number>;
}

/** @throws Problem 404 when there is no row, 422 when the tokens cannot be charged by it */
function answerPrice(list: PriceList, { usage, ...ask }: Asked & { at: string }): Price {
  const found = findRow(list, ask);
  if ('unpriced' in found) throw refusal(404, found);
  const charge = Object.keys(usage).length === 0 ? null : priceUsage(list, { ...ask, usage });
  if (charge && 'unpriced' in charge) throw refusal(422, charge);
  const each = Object.entries(ratesOf(found.row, usage.input_tokens ?? 0));
  return {
    row: found.row,
    list: { source: list.source, dated: list.dated },
    list_hash: found.list_hash,
    each: Object.fromEntries(each.map(([unit, rate]) => [unit, rate === null ? null : String(rate)])),
    charge: charge && {
      pico_usd: String(charge.pico_usd),
      usd: usdOf(charge.pico_usd),
      breakdown: charge.breakdown,
    },
  };
}

function refusal(status: 404 | 422, { unpriced, detail }: Unpriced): Problem {
  return new Problem(status, unpriced, `${detail}.`);
}

function readAsked(context: Context): Asked & { at: string | undefined } {
  const model = queryName(context, 'model');
  if (model === undefined) throw invalid([{ field: '?model', code: 'query.required', message: 'must name a model' }]);
  const at = context.req.query('at');
  if (at !== undefined && !(AT.test(at) && Number.isFinite(Date.parse(at))))
    throw invalid([{ field: '?at', code: 'query.time', message: 'must be a time such as 2026-06-01T12:00:00Z' }]);
  const usage: Record<string, number> = {};
  for (const unit of UNITS) {
    const count = queryNumber(context, unit, 0, TOKENS_MAX);
    if (count !== undefined) usage[unit] = count;
  }
  return { provider: queryName(context, 'provider'), model, tier: queryName(context, 'tier'), at, usage };
}

const AT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$/;

function queryName(context: Context, name: string): string | undefined {
  const text = context.req.query(name);
  if (text !== undefined && (text === '' || text.length > NAME_MAX))
    throw invalid([{ field: `?${name}`, code: 'query.length', message: `must be 1 to ${NAME_MAX} characters` }]);
  return text;
}
