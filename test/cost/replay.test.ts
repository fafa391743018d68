import { writeFile } from 'node:fs/promises';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportLog } from '../../src/audit/export.ts';
import { runCli } from '../../src/cli/program.ts';
import { verifyCertificate } from '../../src/runs/cost/certificate.ts';
import {
  type Agency,
  type Clock,
  type Node,
  checkLog,
  createClock,
  must,
  openAgency,
  openNode,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';
import { liveAccounts, replayAccounts, startRun } from '../support/money.ts';

let database: TestDatabase;
let node: Node;
let clock: Clock;

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock();
  node = await openNode(database.url, { clock });
});
afterAll(async () => {
  await node.close();
  await database.drop();
});

type Act = { do: string; n: number; amount: number };
const act = fc.record({
  do: fc.constantFrom(
    'hold',
    'settle',
    'stream',
    'abort',
    'release',
    'doubt',
    'charge',
    'snapshot',
    'correct',
    'strange',
    'price',
    'wait',
    'resolve',
    'late',
  ),
  n: fc.nat(5),
  amount: fc.integer({ min: 1, max: 2000 }),
});

test('a replay of the log gives the live accounts byte for byte, whatever was done to them', async () => {
  const runs = fc.sample(fc.array(act, { minLength: 30, maxLength: 60 }), { numRuns: 6, seed: 20261123 });
  for (const [i, acts] of runs.entries()) {
    const agency = await openAgency(node, `replay-${i}`);
    await startRun(node.call, agency, 'r1', '20000000000');
    await startRun(node.call, agency, 'r2', undefined, 'r1');
    for (const [step, one] of acts.entries()) await perform(agency, one, step);
    const entries = await checkLog(node.sql, agency.tenant);
    const live = await liveAccounts(node.sql, agency.tenant);
    expect(JSON.stringify([...replayAccounts(entries)])).toBe(JSON.stringify([...live]));
    const { body } = await node.call(agency.tokens.olga, 'GET', '/v1/runs/r1/cost-guard');
    expect(BigInt(body.held) + BigInt(body.uncertain)).toBe(BigInt(live.get('r1')!.reserved));
    // Charges as they stand in their table add up to the account.
    const [sum] = await node.sql`
      select coalesce(sum(pico_usd), 0)::text as charged from cost_charge where tenant_id = ${agency.tenant}`;
    const priced = entries.filter(({ leaf }) => leaf.action === 'spend.priced');
    const later = priced.reduce((total, { payload }) => total + BigInt(payload.event.pico_usd), 0n);
    expect(BigInt(sum!['charged']) + later).toBe(BigInt(live.get('r1')!.committed));
  }
});

/** Does one thing; a refusal is as good as anything else. */
async function perform(agency: Agency, { do: what, n, amount }: Act, step: number): Promise<void> {
  const run = n % 2 === 0 ? 'r1' : 'r2';
  const holdId = `h${n}`;
  const tokens = { input_tokens: 100, output_tokens: amount };
  const send = (who: keyof Agency['tokens'], path: string, body: unknown) =>
    node.call(agency.tokens[who], 'POST', path, body);
  const onHold = (noun: string, body: unknown) => send('bot', `/v1/runs/${run}/holds/${holdId}/${noun}`, body);
  const spend = (more: object) => send('desk', '/v1/spend-events', { event_id: `e${step}`, run_id: run, ...more });
  const acts: Record<string, () => Promise<unknown>> = {
    hold: () =>
      send('bot', `/v1/runs/${run}/holds`, {
        hold_id: holdId,
        model: 'gpt-4o',
        input_tokens: 100,
        max_output_tokens: 500,
        ttl_seconds: 300,
      }),
    settle: () => onHold('settlement', { tokens }),
    stream: () => onHold('settlement', { tokens, status: 'streaming' }),
    abort: () => onHold('settlement', { tokens, status: 'aborted' }),
    release: () => onHold('release', {}),
    doubt: () => onHold('uncertain', {}),
    charge: () => spend({ pico_usd: String(amount * 1_000_000) }),
    snapshot: () => spend({ call_id: `c${n}`, model: 'gpt-4o', tokens }),
    correct: () => spend({ correction_pico_usd: `-${amount * 100_000}`, reason: 'a refund' }),
    strange: () => spend({ hold_id: holdId, model: 'no-such-model-9', tokens }),
    late: () => spend({ hold_id: holdId, tokens }),
    price: () => resolveFirst(agency, amount),
    wait: async () => clock.advance({ minutes: 3 }),
    resolve: () => reviseEstimate(agency),
  };
  const answer = (await acts[what]!()) as { status?: number; text?: string } | undefined;
  expect(answer?.status ?? 200, answer?.text).toBeLessThan(500);
}

async function resolveFirst(agency: Agency, amount: number) {
  const { body } = await node.call(agency.tokens.olga, 'GET', '/v1/runs/r1/cost-guard');
  const first = body.unpriced[0];
  if (!first) return undefined;
  const { source, event_id } = first;
  const how = amount % 2 === 0 ? { verdict: 'waive' } : { verdict: 'price', pico_usd: String(amount) };
  return node.call(agency.tokens.olga, 'POST', '/v1/runs/r1/unpriced-resolutions', {
    source,
    event_id,
    reason: 'looked up',
    ...how,
  });
}

async function reviseEstimate(agency: Agency) {
  const { body } = await node.call(agency.tokens.olga, 'GET', '/v1/tickets?type=A9&state=open');
  const ticket = body.tickets[0];
  if (!ticket) return undefined;
  const { ticket_id, revision, subject_hash } = ticket;
  const { body: guard } = await node.call(agency.tokens.olga, 'GET', '/v1/runs/r1/cost-guard');
  const resolution = { kind: 'revise_estimate', estimate_pico_usd: String(BigInt(guard.committed) / 2n) };
  const verdict = { verdict: 'resolve', revision, subject_hash, resolution, comment: 'go on' };
  return node.call(agency.tokens.olga, 'POST', `/v1/tickets/${ticket_id}/verdicts`, verdict);
}

describe('a trip certificate', () => {
  let agency: Agency;
  let certificate: any;

  beforeAll(async () => {
    agency = await openAgency(node, 'certified');
    await startRun(node.call, agency, 'r1', '1000');
    await startRun(node.call, agency, 'other', '1000');
    const charge = (event_id: string, pico_usd: string, run_id = 'r1') =>
      must(node.call(agency.tokens.desk, 'POST', '/v1/spend-events', { event_id, run_id, pico_usd }), 200);
    await charge('a', '1500');
    await charge('x', '2999', 'other');
    await charge('b', '1499');
    await charge('c', '1');
    await charge('after', '5');
    certificate = (await must(node.call(agency.tokens.aldo, 'GET', '/v1/runs/r1/cost-guard/certificate'), 200)).body;
  });

  test('is derived again from its own bytes', () => {
    expect(verifyCertificate(certificate)).toEqual({
      valid: true,
      wrong: null,
      charges: 3,
      inequality: { left: '3000', relation: '>=', right: '3000', holds: true },
    });
    expect(certificate).toMatchObject({
      committed: '3000',
      estimate: '1000',
      epoch: 1,
      multiplier: { numerator: '3', denominator: '1' },
    });
  });

  test.each([
    ['a charge is left out', (copy: any) => copy.entries.splice(1, 1), 'add up to'],
    [
      'a payload is changed',
      (copy: any) => (copy.entries[1].payload = copy.entries[1].payload.replace('1500', '1501')),
      'payload of entry',
    ],
    [
      'a leaf is changed',
      (copy: any) => (copy.entries[1].leaf = copy.entries[1].leaf.replace('spend', 'spent')),
      'leaf of entry',
    ],
    ['the estimate is another', (copy: any) => (copy.estimate = '2000'), '/estimate'],
    ['the multiplier is another', (copy: any) => (copy.multiplier.numerator = '2'), '/multiplier'],
    ['the order is another', (copy: any) => copy.entries.reverse(), 'add up to'],
    ['it is of another run', (copy: any) => (copy.root_run_id = 'other'), 'not about this run'],
    ['it says another crossing', (copy: any) => (copy.crossing_seq = copy.entries[1].seq), '/crossing_seq'],
    ['the trip itself is left out', (copy: any) => copy.entries.pop(), 'tripped'],
    ['it is no certificate', (copy: any) => delete copy.entries, 'is required'],
  ])('does not hold when %s', (_, change, wrong) => {
    const copy = structuredClone(certificate);
    change(copy);
    const report = verifyCertificate(copy);
    expect(report.valid).toBe(false);
    expect(report.wrong).toContain(wrong);
  });

  test('is verified on the command line, alone and against an export of the log', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'placet-certificate-'));
    const file = join(folder, 'certificate.json');
    const exported = join(folder, 'log.jsonl');
    await writeFile(file, JSON.stringify(certificate));
    const lines: string[] = [];
    for await (const chunk of (await exportLog(node.sql, agency.tenant, clock()))!) lines.push(chunk);
    await writeFile(exported, lines.join(''));
    expect(await cli('cost', 'verify-certificate', file)).toMatchObject({
      code: 0,
      out: expect.stringContaining('3000 >= 3000'),
    });
    expect(await cli('cost', 'verify-certificate', file, '--export', exported)).toMatchObject({
      code: 0,
      out: expect.stringContaining('none left out'),
    });
    // A log in which one of the charges reads otherwise.
    await writeFile(exported, lines.join('').replaceAll('\\"1499\\"', '\\"1498\\"'));
    expect(await cli('cost', 'verify-certificate', file, '--export', exported)).toMatchObject({
      code: 1,
      out: expect.stringContaining('another one'),
    });
    await writeFile(file, JSON.stringify({ ...certificate, committed: '1' }));
    expect(await cli('cost', 'verify-certificate', file)).toMatchObject({
      code: 1,
      out: expect.stringContaining('BAD: /committed'),
    });
    await writeFile(file, 'no json');
    expect((await cli('cost', 'verify-certificate', file)).code).toBe(1);
  });

  test('of the next epoch rests on the spend of both', async () => {
    await reviseEstimate(agency);
    const more = { event_id: 'd', run_id: 'r1', pico_usd: '9000' };
    await must(node.call(agency.tokens.desk, 'POST', '/v1/spend-events', more), 200);
    const { body } = await must(node.call(agency.tokens.aldo, 'GET', '/v1/runs/r1/cost-guard/certificate'), 200);
    expect(body).toMatchObject({ epoch: 2, committed: '12005', estimate: '1502' });
    expect(verifyCertificate(body)).toMatchObject({ valid: true, charges: 5 });
  });

  test('is not there before a trip', async () => {
    expect((await node.call(agency.tokens.aldo, 'GET', '/v1/runs/other/cost-guard/certificate')).status).toBe(404);
  });
});

async function cli(...args: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const sink = () => new Writable({ write: (chunk, _, done) => ((out += chunk), done()) });
  const code = await runCli(args, { env: {}, stdout: sink(), stderr: sink(), now: () => clock() });
  return { code, out };
}
