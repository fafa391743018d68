import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chain, emptyTip, hashLeaf } from '../../src/audit/entry.ts';
import { createLedger } from '../../src/audit/ledger.ts';
import { listEntries } from '../../src/audit/queries.ts';
import { readHeads } from '../../src/audit/store.ts';
import type { Tx } from '../../src/audit/view.ts';
import { Problem } from '../../src/contract/problem.ts';
import { type CampaignRow, campaignTable } from '../../src/plans/tables.ts';
import { tokenTable } from '../../src/tenants/tables.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

// A campaign's live values serve as counters: any table that the ledger writes would do.

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase({ max: 20 });
});
afterAll(() => database.drop());

const clock = () => new Date('2026-11-23T00:00:00.000Z');
const openLedger = () => createLedger({ sql: database.sql, clock, salt: () => randomBytes(16) });

const blank: CampaignRow = {
  campaign_id: 'c',
  name: 'c',
  platform: 'meta',
  plan_version: 1,
  approved: {},
  platform_ids: {},
  flight: null,
  drift_since: {},
  set_by: {},
  live: { count: 0 },
  launched_at: null,
  created_at: '2026-11-23T00:00:00.000Z',
};

function increment(tx: Tx, id = 'c'): number {
  const row = tx.get(campaignTable, id) ?? { ...blank, campaign_id: id };
  const count = row.live['count']! + 1;
  tx.put(campaignTable, { ...row, live: { count } });
  tx.append({
    action: 'counter.moved',
    actor: { type: 'agent', id: 'x' },
    resource: `campaign/${id}`,
    payload: JSON.stringify({ count }),
  });
  return count;
}

async function expectWholeChain(log: string, size: number): Promise<void> {
  const entries = await listEntries(database.sql, log, { after: -1, limit: 100_000 });
  let tip = emptyTip(log);
  for (const [seq, entry] of entries.entries()) {
    expect(entry.seq).toBe(seq);
    expect(entry.leaf_hash).toEqual(hashLeaf(entry.leaf));
    tip = chain(tip, entry.leaf_hash);
    expect(entry.tip).toEqual(tip);
  }
  expect(entries.length).toBe(size);
  expect((await readHeads(database.sql, [log])).get(log)).toEqual({ size, tip });
}

test('every increment counts once, on many tenants at a time', async () => {
  const ledger = openLedger();
  const logs = Array.from({ length: 20 }, (_, i) => `many-${i}`);
  const counts = await Promise.all(
    logs.flatMap((log) => Array.from({ length: 15 }, () => ledger.submit(log, (tx) => increment(tx)))),
  );
  expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, i) => Array(20).fill(i + 1)).flat());
  for (const log of logs) await expectWholeChain(log, 15);
});

test('three nodes on one tenant: no increment is lost, none is counted twice, the chain does not fork', async () => {
  const nodes = [openLedger(), openLedger(), openLedger()];
  const counts = await Promise.all(
    Array.from({ length: 300 }, (_, i) => nodes[i % 3]!.submit('shared', (tx) => increment(tx))),
  );
  expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
  await expectWholeChain('shared', 300);
});

test('what another node wrote is seen, though this one holds facts in memory', async () => {
  const [here, there] = [openLedger(), openLedger()];
  expect(await here.submit('pair', (tx) => increment(tx))).toBe(1);
  expect(await there.submit('pair', (tx) => increment(tx))).toBe(2);
  expect(await here.submit('pair', (tx) => tx.get(campaignTable, 'c')!.live['count'])).toBe(2);
  expect(await here.submit('pair', (tx) => increment(tx))).toBe(3);
});

test('a refusal rests on current facts as well', async () => {
  const [here, there] = [openLedger(), openLedger()];
  const refuseUnder = (floor: number) => (tx: Tx) => {
    const count = tx.get(campaignTable, 'c')?.live['count'] ?? 0;
    if (count < floor) throw new Problem(409, 'too.low', `${count} is too low`);
    return count;
  };
  await here.submit('refuse', (tx) => increment(tx));
  await expect(here.submit('refuse', refuseUnder(2))).rejects.toThrow('1 is too low');
  await there.submit('refuse', (tx) => increment(tx));
  expect(await here.submit('refuse', refuseUnder(2))).toBe(2);
});

test('a command that throws after writing leaves nothing behind, and its neighbours in the batch go on', async () => {
  const ledger = openLedger();
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, (_, i) =>
      ledger.submit('throwing', (tx) => {
        const count = increment(tx);
        if (i % 2 === 1) throw new Problem(409, 'changed.my.mind', 'no');
        return count;
      }),
    ),
  );
  expect(results.map((one) => one.status)).toEqual(
    Array.from({ length: 10 }, (_, i) => (i % 2 ? 'rejected' : 'fulfilled')),
  );
  await expectWholeChain('throwing', 5);
});

test('a row that the database refuses fails alone: the others of its batch, and of other tenants, are written', async () => {
  const ledger = openLedger();
  const refused = (tx: Tx) => {
    tx.put(tokenTable, {
      token_id: 'bad',
      secret_hash: Buffer.alloc(3), // the database asks for 32 bytes
      subject_id: 'x',
      kind: 'agent',
      roles: [],
      created_at: tx.now,
      expires_at: null,
      revoked_at: null,
    });
    tx.append({ action: 'token.created', actor: { type: 'agent', id: 'x' }, resource: 'token/bad', payload: '{}' });
  };
  const results = await Promise.allSettled([
    ledger.submit('mixed', (tx) => increment(tx)),
    ledger.submit('mixed', refused),
    ledger.submit('mixed', (tx) => increment(tx)),
    ledger.submit('mixed-other', (tx) => increment(tx)),
  ]);
  expect(results.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  await expectWholeChain('mixed', 2);
  await expectWholeChain('mixed-other', 1);
});

test('two nodes that begin the same log begin it once', async () => {
  const nodes = Array.from({ length: 6 }, openLedger);
  const counts = await Promise.all(nodes.map((node) => node.submit('genesis', (tx) => increment(tx))));
  expect(counts.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
  await expectWholeChain('genesis', 6);
});

test('close waits for what was submitted and refuses more', async () => {
  const ledger = openLedger();
  const submitted = ledger.submit('closing', (tx) => increment(tx));
  await ledger.close();
  expect(await submitted).toBe(1);
  await expect(ledger.submit('closing', (tx) => increment(tx))).rejects.toMatchObject({
    status: 503,
    code: 'shutting_down',
  });
});

test.each([
  ['an update of an entry', `update audit_entry set payload = '' where tenant_id = 'guarded'`],
  ['a deletion of an entry', `delete from audit_entry where tenant_id = 'guarded'`],
  ['truncating the log', `truncate audit_entry`],
  ['deleting a head', `delete from audit_head where tenant_id = 'guarded'`],
  ['truncating the heads', `truncate audit_head`],
  ['turning a head back', `update audit_head set size = 1 where tenant_id = 'guarded'`],
])('the database itself refuses %s', async (_, statement) => {
  const ledger = openLedger();
  await ledger.submit('guarded', (tx) => increment(tx));
  await expect(database.sql.unsafe(statement)).rejects.toMatchObject({ code: '42501' });
});
