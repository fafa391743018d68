import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { picoOf, picoPerUnit, usdOf } from '../../src/runs/prices/amount.ts';
import type { Priced, Usage } from '../../src/runs/prices/answers.ts';
import { type Match, type PriceListFile, openPriceList, pricesWrong } from '../../src/runs/prices/list.ts';
import { withOverrides } from '../../src/runs/prices/overrides.ts';
import { callRates, priceUsage } from '../../src/runs/prices/price.ts';
import { standardPrices } from '../../src/runs/prices/standard-list.ts';

const AT = '2026-09-23T12:00:00Z';
const file: PriceListFile = {
  v: 1,
  source: 'test',
  dated: '2026-01-01',
  providers: [
    {
      id: 'acme',
      model_match: { starts_with: 'acme-' },
      models: [
        model('acme-cache', [
          {
            input_mtok: '3',
            cache_read_mtok: '0.3',
            cache_write_mtok: '3.75',
            cache_write_1h_mtok: '6',
            output_mtok: '15',
          },
        ]),
        model('acme-long', [
          {
            input_mtok: { base: '1', tiers: [{ above: 1000, price: '2' }] },
            output_mtok: { base: '4', tiers: [{ above: 1000, price: '6' }] },
          },
        ]),
        model('acme-thirds', [{ input_mtok: '0.08333333333333334', output_mtok: '1' }]),
        model('acme-request', [{ input_mtok: '1', output_mtok: '1', requests_kcount: '12', web_searches_kcount: '5' }]),
        model('acme-audio', [
          {
            input_mtok: '1',
            cache_read_mtok: '0.1',
            input_audio_mtok: '10',
            cache_audio_read_mtok: '1',
            output_mtok: '2',
          },
        ]),
        {
          id: 'acme-dated',
          match: { regex: '^acme-dated(-\\d{4}-\\d{2}-\\d{2})?$' },
          periods: [
            { prices: { input_mtok: '1', output_mtok: '1' } },
            { from: '2026-03-01', prices: { input_mtok: '2', output_mtok: '2' } },
            { hours: { start: 82_800, end: 3_600 }, prices: { input_mtok: '0.5', output_mtok: '0.5' } },
          ],
        },
      ],
    },
    { id: 'cloud', fallback_providers: ['acme'], models: [model('own', [{ input_mtok: '9', output_mtok: '9' }])] },
  ],
};
const list = openPriceList(file);

function model(id: string, prices: Record<string, any>[], match: Match = { equals: id }) {
  return { id, match, periods: prices.map((one) => ({ prices: one })) };
}

const charge = (modelId: string, usage: Usage, more: { at?: string; provider?: string; tier?: string } = {}) =>
  priceUsage(list, { provider: 'acme', model: modelId, at: AT, usage, ...more });
const amount = (...asked: Parameters<typeof charge>) => (charge(...asked) as Priced).pico_usd;

describe('amounts', () => {
  test('a price per million is a whole number of pico-USD or refused', () => {
    expect(picoPerUnit('3', 1_000_000n)).toBe(3_000_000n);
    expect(picoPerUnit('0.000001', 1_000_000n)).toBe(1n);
    expect(picoPerUnit('0.0000001', 1_000_000n)).toBeNull();
    expect(picoPerUnit('0.111', 3_600n)).toBeNull();
    for (const text of ['', '-1', '1e3', 'NaN', '.5', '1.', '01', '0x1', ' 1', '1 '])
      expect(() => picoPerUnit(text, 1n), text).toThrow(RangeError);
  });

  test('USD and pico-USD turn into each other without loss', () => {
    fc.assert(fc.property(fc.bigInt(0n, 10n ** 28n), (pico) => picoOf(usdOf(pico)) === pico));
    expect(usdOf(8_229_000_000n)).toBe('0.008229');
    expect(usdOf(-1n)).toBe('-0.000000000001');
  });
});

describe('a charge', () => {
  const usage = fc
    .record({ plain: tokens(), read: tokens(), write: tokens(), hour: tokens(), output: tokens() })
    .map(({ plain, read, write, hour, output }) => ({
      input_tokens: plain + read + write + hour,
      cache_read_tokens: read,
      cache_write_tokens: write + hour,
      cache_write_1h_tokens: hour,
      output_tokens: output,
    }));

  test('is what fractions of integers say, and the sum of its parts', () => {
    fc.assert(
      fc.property(usage, (counts) => {
        const priced = charge('acme-cache', counts) as Priced;
        // Hundredths of a USD per million, summed before the one division.
        const plain = counts.input_tokens - counts.cache_read_tokens - counts.cache_write_tokens;
        const hundredths =
          300n * BigInt(plain) +
          30n * BigInt(counts.cache_read_tokens) +
          375n * BigInt(counts.cache_write_tokens - counts.cache_write_1h_tokens) +
          600n * BigInt(counts.cache_write_1h_tokens) +
          1500n * BigInt(counts.output_tokens);
        expect(priced.pico_usd * 100n * 1_000_000n).toBe(hundredths * 10n ** 12n);
        expect(priced.breakdown.reduce((sum, line) => sum + BigInt(line.pico_usd), 0n)).toBe(priced.pico_usd);
        for (const line of priced.breakdown) expect(BigInt(line.each) * BigInt(line.count)).toBe(BigInt(line.pico_usd));
      }),
    );
  });

  test('never falls when tokens are added, and adds up over calls in one tier', () => {
    fc.assert(
      fc.property(usage, usage, (one, other) => {
        const both = Object.fromEntries(
          Object.entries(one).map(([unit, count]) => [unit, count + other[unit as keyof typeof other]]),
        );
        expect(amount('acme-cache', both)).toBe(amount('acme-cache', one) + amount('acme-cache', other));
      }),
    );
    fc.assert(
      fc.property(tokens(), tokens(), tokens(), (input, more, output) => {
        const small = amount('acme-long', { input_tokens: input, output_tokens: output });
        expect(amount('acme-long', { input_tokens: input + more, output_tokens: output }) >= small).toBe(true);
      }),
    );
  });

  test('is never more than the rates that are held for the call', () => {
    fc.assert(
      fc.property(usage, (counts) => {
        const rates = callRates(list, {
          provider: 'acme',
          model: 'acme-cache',
          at: AT,
          input_tokens: counts.input_tokens,
        });
        if ('unpriced' in rates) throw new Error(rates.detail);
        const held =
          rates.per_call +
          rates.input_each * BigInt(counts.input_tokens) +
          rates.output_each * BigInt(counts.output_tokens);
        expect(amount('acme-cache', counts) <= held).toBe(true);
      }),
    );
  });

  test('takes the tier of the whole input for the whole call, from one token above the threshold', () => {
    expect(amount('acme-long', { input_tokens: 1000, output_tokens: 10 })).toBe(1000n * 1_000_000n + 10n * 4_000_000n);
    expect(amount('acme-long', { input_tokens: 1001, output_tokens: 10 })).toBe(1001n * 2_000_000n + 10n * 6_000_000n);
  });

  test('has the price of the request in it', () => {
    expect(amount('acme-request', { input_tokens: 0, output_tokens: 0 })).toBe(12_000_000_000n);
    expect(amount('acme-request', { input_tokens: 0, output_tokens: 0, web_searches: 2 })).toBe(22_000_000_000n);
  });

  test('goes by the day and the hour of the call, in UTC', () => {
    const at = (time: string) => amount('acme-dated', { input_tokens: 1, output_tokens: 0 }, { at: time });
    expect(at('2026-02-28T22:59:59.999Z')).toBe(1_000_000n);
    expect(at('2026-03-01T01:00:00Z')).toBe(2_000_000n);
    expect(at('2026-03-01T22:59:59.999Z')).toBe(2_000_000n);
    expect(at('2026-03-01T23:00:00Z')).toBe(500_000n);
    expect(at('2026-03-02T00:59:59.999Z')).toBe(500_000n);
  });

  test('keeps the row and the hash of the list', () => {
    const priced = charge('acme-dated', { input_tokens: 1, output_tokens: 0 }) as Priced;
    expect(priced.row).toEqual({
      source: 'list',
      provider: 'acme',
      model: 'acme-dated',
      tier: 'standard',
      from: '2026-03-01',
      prices: { input_mtok: '2', output_mtok: '2' },
    });
    expect(priced.list_hash).toBe(list.list_hash);
    expect(openPriceList({ ...file, dated: '2026-01-02' }).list_hash).not.toBe(list.list_hash);
  });
});

describe('names', () => {
  test('case, spaces and compact dates make no difference; a provider may be left out or fall back to another', () => {
    const usage = { input_tokens: 1, output_tokens: 0 };
    expect(amount(' Acme-Dated ', usage)).toBe(2_000_000n);
    expect(amount('acme-dated-20260301', usage)).toBe(2_000_000n);
    expect(priceUsage(list, { model: 'acme-long', at: AT, usage })).toMatchObject({ pico_usd: 1_000_000n });
    expect(amount('acme-long', usage, { provider: 'cloud' })).toBe(1_000_000n);
  });

  test('providers are known by the names that OpenTelemetry gives them', () => {
    for (const [provider, id] of [
      ['openai', 'openai'],
      ['azure.ai.openai', 'azure'],
      ['az.ai.inference', 'azure'],
      ['aws.bedrock', 'aws'],
      ['gcp.gemini', 'google'],
      ['gcp.vertex_ai', 'google'],
      ['gcp.gen_ai', 'google'],
      ['mistral_ai', 'mistral'],
      ['x_ai', 'x-ai'],
      ['moonshot_ai', 'moonshotai'],
    ])
      expect(priceUsage(standardPrices, { provider: provider!, model: 'no such', at: AT, usage: {} })).toMatchObject({
        unpriced: 'price.model_unknown',
        detail: `${id} has no model no such`,
      });
  });
});

describe('what cannot be charged exactly is unpriced and says why', () => {
  const usage = { input_tokens: 10, output_tokens: 5 };
  test.each([
    ['price.provider_unknown', charge('acme-long', usage, { provider: 'nobody' })],
    ['price.provider_unknown', priceUsage(list, { model: 'other', at: AT, usage })],
    ['price.model_unknown', charge('acme-next', usage)],
    ['price.tier_unknown', charge('acme-long', usage, { tier: 'batch' })],
    ['price.inexact', charge('acme-thirds', usage)],
    ['price.unit_missing', charge('acme-long', { ...usage, web_searches: 1 })],
    ['usage.empty', charge('acme-long', {})],
    ['usage.unit_unknown', charge('acme-long', { ...usage, thoughts: 1 })],
    ['usage.count_invalid', charge('acme-long', { ...usage, output_tokens: 0.5 })],
    ['usage.count_invalid', charge('acme-long', { ...usage, output_tokens: -1 })],
    ['usage.count_invalid', charge('acme-long', { ...usage, output_tokens: Number.NaN })],
    ['usage.count_invalid', charge('acme-long', { ...usage, output_tokens: 2 ** 53 })],
    ['usage.incomplete', charge('acme-cache', { cache_read_tokens: 3, output_tokens: 1 })],
    ['usage.inconsistent', charge('acme-cache', { ...usage, cache_read_tokens: 11 })],
    ['usage.inconsistent', charge('acme-cache', { ...usage, cache_read_tokens: 6, cache_write_tokens: 6 })],
    ['usage.overlap_unknown', charge('acme-audio', { ...usage, cache_read_tokens: 6, input_audio_tokens: 6 })],
  ])('%s', (code, answer) => {
    expect(answer).toMatchObject({ unpriced: code });
  });

  test('a price that is not exact is refused only where it is used', () => {
    expect(amount('acme-thirds', { input_tokens: 0, output_tokens: 5 })).toBe(5_000_000n);
  });

  test('an hour of cache is not charged by the price of five minutes', () => {
    const short = openPriceList({
      ...file,
      providers: [
        { id: 'acme', models: [model('m', [{ input_mtok: '1', cache_write_mtok: '1.25', output_mtok: '1' }])] },
      ],
    });
    const counts = { input_tokens: 5, cache_write_tokens: 5, cache_write_1h_tokens: 5, output_tokens: 0 };
    expect(priceUsage(short, { provider: 'acme', model: 'm', at: AT, usage: counts })).toMatchObject({
      unpriced: 'price.unit_missing',
    });
  });
});

describe('prices of a tenant', () => {
  const prices = { input_mtok: '0.7', output_mtok: '0.9' };
  const row = { provider: 'acme', model: 'acme-dated', tier: 'standard', from: '2026-01-01T00:00:00Z', prices };
  const usage = { input_tokens: 1, output_tokens: 0 };
  const own = (rows: (typeof row)[]) => withOverrides(list, { version: 3, rows });
  const ask = { provider: 'acme', model: 'acme-dated-2026-03-01', at: AT, usage };

  test('come before the list from their day on, and say which version they are', () => {
    const priced = priceUsage(own([row]), ask) as Priced;
    expect(priced).toMatchObject({ pico_usd: 700_000n, row: { source: 'overrides/3', model: 'acme-dated', prices } });
    expect(priced.list_hash).not.toBe(list.list_hash);
    expect(priceUsage(own([row]), { ...ask, at: '2025-12-31T22:59:59Z' })).toMatchObject({
      pico_usd: 1_000_000n,
      list_hash: list.list_hash,
    });
  });

  test('the exact name and the latest day win; a tier and a model that the list lacks can be given', () => {
    const exact = { ...row, model: 'acme-dated-2026-03-01', prices: { input_mtok: '0.1', output_mtok: '0.1' } };
    const later = { ...row, from: '2026-09-01T00:00:00Z', prices: { input_mtok: '0.2', output_mtok: '0.2' } };
    expect(priceUsage(own([later, exact, row]), ask)).toMatchObject({ pico_usd: 100_000n });
    expect(priceUsage(own([later, row]), ask)).toMatchObject({ pico_usd: 200_000n });
    expect(priceUsage(own([{ ...row, tier: 'batch' }]), { ...ask, tier: 'batch' })).toMatchObject({
      pico_usd: 700_000n,
    });
    const mine = { ...row, provider: 'in-house', model: 'llama' };
    expect(priceUsage(own([mine]), { ...ask, provider: 'in-house', model: 'Llama' })).toMatchObject({
      pico_usd: 700_000n,
    });
  });
});

describe('the list that ships', () => {
  test('has prices that can be told apart, and few that are not exact', () => {
    const inexact: string[] = [];
    for (const provider of standardPrices.providers)
      for (const { id, periods } of provider.models)
        for (const { prices } of periods) {
          expect(pricesWrong(prices), `${provider.id}/${id}`).toBeNull();
          for (const [key, price] of Object.entries(prices)) {
            const per = key.endsWith('_mtok') ? 1_000_000n : key.endsWith('_hours') ? 3_600n : 1_000n;
            const texts = typeof price === 'string' ? [price] : [price.base, ...price.tiers.map((tier) => tier.price)];
            if (texts.some((text) => picoPerUnit(text, per) === null)) inexact.push(`${provider.id}/${id} ${key}`);
          }
        }
    // A third of a cent and a cent per hour by the second are no whole pico-USD: named here, and unpriced when they are used.
    expect([...new Set(inexact)]).toMatchInlineSnapshot(`
      [
        "groq/whisper-large-v3 audio_hours",
        "groq/whisper-large-v3 input_audio_hours",
        "groq/whisper-large-v3-turbo audio_hours",
        "groq/whisper-large-v3-turbo input_audio_hours",
        "huggingface_together/Qwen/Qwen3-VL-8B-Instruct input_mtok",
        "openrouter/google/gemini-2.5-flash-image cache_write_mtok",
        "openrouter/google/gemini-2.5-flash-lite cache_write_mtok",
        "openrouter/google/gemini-3-flash-preview cache_write_mtok",
        "openrouter/google/gemini-3.1-flash-lite cache_write_mtok",
        "openrouter/google/gemini-3.5-flash cache_write_mtok",
        "openrouter/~google/gemini-flash-latest cache_write_mtok",
        "x-ai/grok-voice-latest audio_hours",
        "x-ai/grok-voice-think-fast-1.0 audio_hours",
        "x-ai/grok-voice-think-fast-2.0 audio_hours",
      ]
    `);
  });

  test('wrong lists do not open', () => {
    expect(pricesWrong({ output_audio_mtok: '1' })).toBe('output_audio_mtok needs output_mtok too');
    expect(pricesWrong({ inputs: '1' })).toBe('there is no price named inputs');
    expect(pricesWrong({ input_mtok: '-1' })).toBe('input_mtok: -1 is not a decimal');
    expect(pricesWrong({ input_mtok: '1', cache_read_mtok: '1', input_audio_mtok: '1' })).toBe(
      'cache_read_mtok with input_audio_mtok needs cache_audio_read_mtok too',
    );
    expect(
      pricesWrong({
        input_mtok: {
          base: '1',
          tiers: [
            { above: 5, price: '1' },
            { above: 5, price: '2' },
          ],
        },
      }),
    ).toBe('input_mtok: tiers must rise');
    const late = { ...file.providers[0]!.models[0]!, periods: [{ from: '2026-01-01', prices: {} }] };
    expect(() => openPriceList({ ...file, providers: [{ id: 'a', models: [late] }] })).toThrow(/first period/);
  });
});

function tokens() {
  return fc.integer({ min: 0, max: 2_000_000 });
}
