import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { usdOf } from '../../src/runs/prices/amount.ts';
import type { Priced, Unpriced, Usage } from '../../src/runs/prices/answers.ts';
import type { Price, PriceList } from '../../src/runs/prices/list.ts';
import { priceUsage } from '../../src/runs/prices/price.ts';
import { standardPrices } from '../../src/runs/prices/standard-list.ts';
import { UNITS } from '../../src/runs/prices/units.ts';
import { type NormalizedCall, normalizeUsage } from '../../src/runs/usage/normalize.ts';

// 647 real answers, each priced for every provider and API that its maker found it could have come from: what is the same, and what is not.

/** When the prices of the data set held: DeepSeek by day, Mistral Medium before 16 June 2026. */
const AT = '2026-06-01T12:00:00Z';

export interface Sample {
  id: string;
  model: string;
  body: { usage?: Record<string, any>; usageMetadata?: Record<string, any> };
  expected: {
    provider_id: string;
    api_flavor: string;
    input_price: string;
    output_price: string;
    total_price?: string;
  }[];
}

export const samples: Sample[] = gunzipSync(readFileSync(new URL('../data/provider-usages.jsonl.gz', import.meta.url)))
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

type Expected = Sample['expected'][number];

/** Why a price of ours is another than the one expected. Each says which counts the expected price comes from, and is held to it. */
const REASONS: {
  code: string;
  why: string;
  counts(sample: Sample, call: NormalizedCall): Usage;
  unpriced?: Unpriced['unpriced'];
  list?: PriceList;
}[] = [
  {
    code: 'advised',
    why: 'The data set prices the totals, which leave out the advisor: another model that Anthropic asked and bills at its own price. We charge it too, on its own line. The totals are priced the same.',
    counts: (_, call) => call.usage,
  },
  {
    code: 'embeddings',
    why: 'Priced by the reader for embeddings, which reads no output and no cache, though this answer has some.',
    counts: ({ body }) => ({ input_tokens: body.usage!.prompt_tokens, output_tokens: 0 }),
  },
  {
    code: 'thinking',
    why: "Google's OpenAI-compatible endpoint leaves thinking out of completion_tokens and in total_tokens, and bills it as output. The data set leaves it out.",
    counts: ({ body: { usage } }) =>
      usage!.total_tokens > usage!.prompt_tokens + usage!.completion_tokens
        ? { input_tokens: usage!.prompt_tokens, output_tokens: usage!.completion_tokens }
        : {},
  },
  {
    code: 'reader',
    why: 'Priced by a reader for another API than the one that answered (or, for Azure, by one that did not know cache writes): it sees the totals only, and charges what came from or went to the cache as plain input.',
    counts: ({ body: { usage } }) => ({
      input_tokens: usage!.input_tokens ?? usage!.prompt_tokens,
      output_tokens: usage!.output_tokens ?? usage!.completion_tokens,
    }),
  },
  {
    code: 'searches',
    why: 'The answer has web searches and the provider no price for them. The data set takes them for free; we say unpriced.',
    counts: (_, { usage: { web_searches: _searches, ...usage } }) => usage,
    unpriced: 'price.unit_missing',
  },
  {
    code: 'older-list',
    why: 'As `searches`; besides, the data set was priced by a list that did not have the dearer price of a long context with Google yet.',
    counts: (_, { usage: { web_searches: _searches, ...usage } }) => usage,
    unpriced: 'price.unit_missing',
    list: withoutTiers(standardPrices),
  },
  {
    code: 'no-price',
    why: 'The list has the model with no price at all. The data set takes it for free; we say unpriced.',
    counts: (_, { usage }) => usage,
    unpriced: 'price.unit_missing',
  },
  {
    code: 'tier',
    why: 'Served in another tier than the standard one (flex), which the list has no prices for. The data set takes the standard price.',
    counts: (_, { usage }) => usage,
    unpriced: 'price.tier_unknown',
  },
];

export interface Comparison {
  prices: number;
  same: number;
  differences: { reason: string; sample: string; model: string; from: string; expected: string; ours: string }[];
}

/** Normalises and prices every sample as each of its providers. @throws Error on a difference that no reason explains to the last digit */
export function compareAll(): Comparison {
  const result: Comparison = { prices: 0, same: 0, differences: [] };
  for (const sample of samples)
    for (const expected of sample.expected) {
      result.prices++;
      const normalized = normalizeUsage(sample.body, { provider: expected.provider_id });
      if ('unpriced' in normalized) throw new Error(`${sample.id}: ${normalized.detail}`);
      const calls = normalized.calls;
      const [own, ...more] = calls.map((call) => priceUsage(standardPrices, askFor(sample, expected, call)));
      if (more.length === 0 && isExpected(own!, expected)) {
        result.same++;
        continue;
      }
      const reason = explain(sample, expected, calls[0], own!, more.length > 0);
      result.differences.push({
        reason,
        sample: sample.id,
        model: sample.model,
        from: `${expected.provider_id}:${expected.api_flavor}`,
        expected: sidesText(expected),
        ours: [own!, ...more].map(answerText).join(' and '),
      });
    }
  return result;
}

/** The table that is committed: every difference, by reason. */
export function report({ prices, same, differences }: Comparison): string {
  const lines = [
    '# Where our price of a real answer is not the one in the data set',
    '',
    `${samples.length} answers, ${prices} prices, ${same} the same to the last digit, ${differences.length} not. Held by \`provider-usages.test.ts\`; written anew by \`npx vitest run test/runs/provider-usages.test.ts -u\`.`,
    `Prices as of ${AT}, list \`${standardPrices.source}\`. Amounts in USD: input + output (+ what is neither).`,
  ];
  for (const { code, why } of REASONS) {
    const rows = differences.filter(({ reason }) => reason === code);
    lines.push(
      '',
      `## ${code}: ${rows.length}`,
      '',
      why,
      '',
      '| answer | model | as | expected | ours |',
      '| --- | --- | --- | --- | --- |',
    );
    for (const row of rows)
      lines.push(`| ${row.sample} | ${row.model} | ${row.from} | ${row.expected} | ${row.ours} |`);
  }
  return `${lines.join('\n')}\n`;
}

function explain(sample: Sample, expected: Expected, call: NormalizedCall, own: Priced | Unpriced, advised: boolean) {
  const reason = REASONS.find(({ code, counts, unpriced, list = standardPrices }) => {
    if ((code === 'advised') !== advised || ('unpriced' in own ? own.unpriced : undefined) !== unpriced) return false;
    if (code === 'no-price') return expected.input_price === '0' && expected.output_price === '0';
    // The totals of a shape are not there in another.
    const usage = sample.body.usage ? counts(sample, call) : call.usage;
    if (Object.values(usage).includes(undefined as never)) return false;
    return isExpected(priceUsage(list, { ...askFor(sample, expected, call), tier: 'standard', usage }), expected);
  });
  if (!reason)
    throw new Error(`${sample.id} as ${expected.provider_id}: ${sidesText(expected)} became ${answerText(own)}`);
  return reason.code;
}

function askFor(sample: Sample, expected: Expected, { model, tier, usage }: NormalizedCall) {
  return { provider: expected.provider_id, model: model ?? sample.model, at: AT, tier, usage };
}

function isExpected(priced: Priced | Unpriced, expected: Expected): boolean {
  if ('unpriced' in priced) return false;
  const { input, output } = sides(priced);
  const total = expected.total_price === undefined ? undefined : pico(expected.total_price);
  return (
    input === pico(expected.input_price) &&
    output === pico(expected.output_price) &&
    (total === undefined || total === priced.pico_usd)
  );
}

function withoutTiers(list: PriceList): PriceList {
  const flat = (prices: Record<string, Price>) =>
    Object.fromEntries(
      Object.entries(prices).map(([key, price]) => [key, typeof price === 'string' ? price : price.base]),
    );
  return {
    ...list,
    providers: list.providers.map((provider) => ({
      ...provider,
      models: provider.models.map((model) => ({
        ...model,
        periods: model.periods.map((period) => ({ ...period, prices: flat(period.prices) })),
      })),
    })),
  };
}

function sides({ breakdown }: Priced): { input: bigint; output: bigint; rest: bigint } {
  const sum = { input: 0n, output: 0n, rest: 0n };
  for (const { unit, pico_usd } of breakdown)
    sum[(UNITS.get(unit)!.dimensions.direction as 'input' | 'output' | undefined) ?? 'rest'] += BigInt(pico_usd);
  return sum;
}

/** Decimal text as Python writes it: `0.00`, `9E-7`. */
function pico(text: string): bigint {
  const [, whole, fraction = '', exponent = '0'] = /^(\d+)(?:\.(\d+))?(?:E([-+]\d+))?$/.exec(text)!;
  return BigInt(whole! + fraction) * 10n ** BigInt(12 - fraction.length + Number(exponent));
}

function sidesText(expected: Expected): string {
  return `${usdOf(pico(expected.input_price))} + ${usdOf(pico(expected.output_price))}`;
}

function answerText(priced: Priced | Unpriced): string {
  if ('unpriced' in priced) return priced.unpriced;
  const { input, output, rest } = sides(priced);
  return `${usdOf(input)} + ${usdOf(output)}${rest ? ` + ${usdOf(rest)}` : ''}`;
}
