import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalHash } from '../../src/contract/canonical.ts';
import { standardPrices } from '../../src/runs/prices/standard-list.ts';
import { pricesOf } from '../../src/runs/prices/tenant-prices.ts';
import { type Agency, type Node, type Person, createClock, openAgency, openNode } from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let node: Node;
let other: Node;
let agency: Agency;
const clock = createClock('2026-10-01T12:00:00.000Z');

beforeAll(async () => {
  database = await createDatabase();
  node = await openNode(database.url, { clock });
  other = await openNode(database.url, { clock });
  agency = await openAgency(node, 'acme');
});
afterAll(async () => {
  await node.close();
  await other.close();
  await database.drop();
});

const price = (query: string, who: Person = 'olga', at: Node = node) =>
  at.call(agency.tokens[who], 'GET', `/v1/prices?${query}`);
const overrides = (query = '', who: Person = 'anna') =>
  node.call(agency.tokens[who], 'GET', `/v1/prices/overrides${query}`);
const put = (rows: object[], headers: Record<string, string> = {}, who: Person = 'anna') =>
  node.call(agency.tokens[who], 'PUT', '/v1/prices/overrides', { reason: 'our contract', rows }, headers);
const own = {
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  from: '2026-09-01T00:00:00Z',
  prices: { input_mtok: '2.5', output_mtok: '12.5' },
};
const SONNET = 'provider=anthropic&model=claude-sonnet-4-5-20250929';

describe('the price of a call', () => {
  test('says the row, what each unit costs, and what the tokens would', async () => {
    const { status, body } = await price(`${SONNET}&input_tokens=2743&output_tokens=4`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      row: { source: 'list', provider: 'anthropic', model: 'claude-sonnet-4-5', tier: 'standard' },
      list: { source: standardPrices.source, dated: standardPrices.dated },
      list_hash: standardPrices.list_hash,
      each: { input_tokens: '3000000', cache_write_1h_tokens: '6000000', output_tokens: '15000000' },
      charge: { pico_usd: '8289000000', usd: '0.008289' },
    });
    expect((await price(`${SONNET}&input_tokens=200001`)).body.each.input_tokens).toBe('6000000');
    expect((await price('model=claude-sonnet-4-5')).body.charge).toBeNull();
  });

  test('is that of the time asked about', async () => {
    const at = async (time: string) => (await price(`model=o3&at=${encodeURIComponent(time)}`)).body.each.input_tokens;
    expect([await at('2025-06-09T23:59:59Z'), await at('2025-06-10T02:00:00+02:00')]).toEqual(['10000000', '2000000']);
  });

  test.each([
    [404, 'price.provider_unknown', 'model=llm-9000'],
    [404, 'price.provider_unknown', 'model=gpt-4o&provider=nobody'],
    [404, 'price.model_unknown', 'model=llm-9000&provider=openai'],
    [404, 'price.tier_unknown', 'model=gpt-4o&tier=batch'],
    [422, 'usage.inconsistent', 'model=gpt-4o&input_tokens=1&cache_read_tokens=2'],
    [422, 'price.unit_missing', 'model=text-embedding-3-small&provider=openai&input_tokens=1&output_tokens=1'],
    [400, 'request.invalid', 'provider=openai'],
    [400, 'request.invalid', 'model='],
    [400, 'request.invalid', 'model=gpt-4o&at=yesterday'],
    [400, 'request.invalid', 'model=gpt-4o&input_tokens=-1'],
  ])('%s %s', async (status, code, query) => {
    const answer = await price(query);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe("a tenant's own prices", () => {
  test('are set whole, by an admin, against the version that was seen, on every node', async () => {
    const none = await overrides();
    expect([none.headers.get('etag'), none.body]).toEqual([
      '"0"',
      { version: 0, overrides_hash: null, rows: [], reason: null, created_at: null, created_by: null },
    ]);
    const first = await put([own], { 'if-match': '"0"' });
    expect(first).toMatchObject({
      status: 200,
      body: {
        version: 1,
        rows: [{ ...own, tier: 'standard', from: '2026-09-01T00:00:00.000Z' }],
        created_by: 'anna',
        reason: 'our contract',
      },
    });
    const { version, rows, overrides_hash } = first.body;
    expect(overrides_hash).toBe(canonicalHash({ list: standardPrices.list_hash, version, rows }));
    for (const at of [node, other])
      expect((await price(`${SONNET}&input_tokens=1000000`, 'olga', at)).body).toMatchObject({
        row: { source: 'overrides/1', prices: own.prices },
        list_hash: overrides_hash,
        charge: { usd: '2.5' },
      });
    expect((await price(`${SONNET}&at=2026-08-31T23:59:59Z`)).body.row.source).toBe('list');

    const late = await put([], { 'if-match': '"0"' });
    expect([late.status, late.body.code, late.body.version]).toEqual([409, 'price.version_conflict', 1]);
    const dearer = { ...own, prices: { input_mtok: '2.6', output_mtok: '13' } };
    expect((await put([dearer])).body.version).toBe(2);
    expect((await price(SONNET)).body.each.input_tokens).toBe('2600000');
    expect((await overrides('?version=1')).body).toEqual(first.body);
    expect((await overrides('?version=3')).status).toBe(404);
  });

  test('can name what the list lacks: a provider, a model, a tier', async () => {
    const rows = [
      { ...own, provider: 'in-house', model: 'llama' },
      { ...own, provider: 'openai', model: 'gpt-4o', tier: 'batch' },
    ];
    expect((await put(rows)).status).toBe(200);
    expect((await price('provider=in-house&model=Llama')).body.row.provider).toBe('in-house');
    expect((await price('model=gpt-4o&tier=batch')).body.row.tier).toBe('batch');
  });

  test('that cannot be charged by exactly are refused, row by row', async () => {
    const before = (await overrides()).body.version;
    const answer = await put([
      { ...own, prices: { input_mtok: '0.0000001', output_mtok: '1' } },
      { ...own, prices: { output_audio_mtok: '1' } },
      own,
      { ...own, model: 'Claude-Sonnet-4-5', from: '2026-09-01T02:00:00+02:00' },
      { ...own, model: 'm', prices: { tokens: '1' } },
    ]);
    expect([answer.status, answer.body.code]).toEqual([422, 'price.invalid']);
    expect(answer.body.errors.map(({ field, code }: any) => `${field} ${code}`)).toEqual([
      '/rows/0/prices/input_mtok price.inexact',
      '/rows/1 price.duplicate',
      '/rows/1/prices price.unusable',
      '/rows/2 price.duplicate',
      '/rows/3 price.duplicate',
      '/rows/4/prices price.unusable',
    ]);
    for (const bad of ['-1', '1e3', 3, '', 'NaN', '01'])
      expect((await put([{ ...own, prices: { input_mtok: bad, output_mtok: '1' } }])).status, String(bad)).toBe(400);
    expect((await overrides()).body.version).toBe(before);
  });

  test('are for those whom policy names', async () => {
    for (const who of ['olga', 'bot', 'desk', 'clara'] as Person[])
      expect((await put([], {}, who)).status, who).toBe(403);
    expect((await price('model=gpt-4o', 'bot')).status).toBe(403);
    expect((await price('model=gpt-4o', 'desk')).status).toBe(200);
  });

  test('stand in the log with who set them', async () => {
    const { body } = await node.call(agency.tokens.anna, 'GET', '/v1/audit/entries?action=prices.replaced');
    const leaf = JSON.parse(body.entries[0].leaf);
    expect(leaf).toMatchObject({ action: 'prices.replaced', actor_id: 'anna', resource: 'prices/1' });
  });

  test('are not those of another tenant, and hashed once while they stay in memory', async () => {
    const stranger = await openAgency(node, 'stranger');
    const answer = await node.call(stranger.tokens.anna, 'GET', `/v1/prices?${SONNET}`);
    expect(answer.body.row.source).toBe('list');
    const lists = await node.ledger.submit('acme', (tx) => [pricesOf(tx), pricesOf(tx)]);
    expect(lists[0]).toBe(lists[1]);
  });
});
