import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createApp } from '../../src/app.ts';
import { STANDARD_CONFIG } from '../../src/tenants/standard-config.ts';
import { runCli } from '../../src/cli/program.ts';
import { createLog } from '../../src/log.ts';
import { type Core, openCore } from '../../src/service.ts';
import { contactOf } from '../../src/notify/contact.ts';
import { budget, must, openNode, openWorkingAgency } from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

const NOW = new Date('2026-06-01T12:00:00.000Z');
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createDatabase();
  folder = await mkdtemp(join(tmpdir(), 'placet-cli-'));
});
afterAll(async () => {
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('tenant and token', () => {
  test('begins a tenant under a configuration, once', async () => {
    const config = await file('config.yaml', stringify(STANDARD_CONFIG));
    const create = ['tenant', 'create', '--tenant', 'acme', '--name', 'Acme Health', '--vertical', 'health'];
    expect(await placet(...create, '--config', config)).toMatchObject({ code: 0 });
    expect(await placet(...create)).toMatchObject({ code: 1, err: expect.stringContaining('tenant.exists') });
    expect(await placet('tenant', 'list')).toMatchObject({ code: 0, out: expect.stringMatching(/acme +Acme Health/) });
    const { tenants } = JSON.parse((await placet('tenant', 'list', '--json')).out);
    expect(tenants).toMatchObject([{ tenant_id: 'acme', vertical: 'health', config_version: 1 }]);
  });

  test('refuses a configuration that is looser than the ceilings', async () => {
    const looser = structuredClone(STANDARD_CONFIG);
    looser.loop_policy.tool_rounds_max = 99;
    const config = await file('looser.yaml', stringify(looser));
    const create = ['tenant', 'create', '--tenant', 'loose', '--name', 'Loose', '--vertical', 'x', '--config', config];
    expect(await placet(...create)).toMatchObject({ code: 1, err: expect.stringContaining('looser_than_ceiling') });
  });

  test('gives a token that works, shows its secret once, and ends it', async () => {
    const create = [
      'token',
      'create',
      '--tenant',
      'acme',
      '--subject',
      'ada',
      '--kind',
      'human',
      '--roles',
      'admin,auditor',
    ];
    const { code, out, err } = await placet(...create, '--expires', '90d');
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('until 2026-08-30T12:00:00.000Z') });
    const token = out.trim();
    const secret = token.split('.').at(-1)!;
    expect(err).not.toContain(secret);
    await withCore(async (core) => {
      const app = createApp({ ...core, clock: () => NOW, log: createLog('silent') });
      const head = () => app.request('/v1/audit/head', { headers: { authorization: `Bearer ${token}` } });
      expect((await head()).status).toBe(200);

      const list = await placet('token', 'list', '--tenant', 'acme', '--json');
      const [listed] = JSON.parse(list.out).tokens;
      expect(listed).toMatchObject({ subject_id: 'ada', kind: 'human', roles: ['admin', 'auditor'], revoked_at: null });
      expect(Object.keys(listed)).not.toContain('secret_hash');
      expect(list.out + (await placet('token', 'list', '--tenant', 'acme')).out).not.toContain(secret);

      expect(await placet('token', 'revoke', '--tenant', 'acme', listed.token_id)).toMatchObject({ code: 0 });
      expect((await head()).status).toBe(401);
      const again = await placet('token', 'revoke', '--tenant', 'acme', listed.token_id);
      expect(again).toMatchObject({ code: 1, err: expect.stringContaining('token.revoked') });
    });
  });

  test('of a human can come with the address for notifications, which the log does not say', async () => {
    const create = ['token', 'create', '--tenant', 'acme', '--subject', 'mona', '--roles', 'planner', '--kind'];
    expect(await placet(...create, 'human', '--email', 'mona@agency.example')).toMatchObject({ code: 0 });
    await withCore(async ({ ledger, sql }) => {
      const { email, types } = await ledger.submit('acme', (tx) => contactOf(tx, 'mona'));
      expect({ email, types }).toEqual({ email: 'mona@agency.example', types: null });
      const log = await sql`select convert_from(payload, 'UTF8') as payload from audit_entry where tenant_id = 'acme'`;
      expect(log.map(({ payload }) => payload).join()).not.toContain('agency.example');
    });
    // Another token without it leaves it as it is.
    expect(await placet(...create, 'human')).toMatchObject({ code: 0 });
    await withCore(async ({ ledger }) => {
      expect((await ledger.submit('acme', (tx) => contactOf(tx, 'mona'))).email).toBe('mona@agency.example');
    });
    for (const [kind, email, says] of [
      ['agent', 'mona@agency.example', 'only people get mail'],
      ['human', 'mona', '--email'],
      ['human', 'a@b.example, c@d.example', '--email'],
    ] as const)
      expect(await placet(...create, kind, '--email', email)).toMatchObject({
        code: 2,
        err: expect.stringContaining(says),
      });
  });

  test('looks again at the tickets that wait: is there somebody for them now?', async () => {
    const node = await openNode(database.url, { clock: () => NOW });
    const { tenant, tokens } = await openWorkingAgency(node, 'staffed');
    const asked = await must(node.call(tokens.bot, 'POST', '/v1/decisions', budget('c1', 8_000)), 200);
    const path = `/v1/tickets/${asked.body.ticket.ticket_id}`;
    const flag = async () => (await node.call(tokens.anna, 'GET', path)).body.uncovered;
    expect(await flag()).toBe(false);
    for (const who of ['olga', 'omar'])
      expect(await placet('token', 'revoke', '--tenant', 'staffed', who)).toMatchObject({ code: 0 });
    expect(await flag()).toBe(true);
    const create = ['token', 'create', '--tenant', tenant, '--subject', 'otto', '--kind', 'human'];
    expect(await placet(...create, '--roles', 'operator')).toMatchObject({ code: 0 });
    expect(await flag()).toBe(false);
    await node.close();
  });

  test('says what is wrong with the command line, and exits 2', async () => {
    const create = ['token', 'create', '--tenant', 'acme', '--subject', 'ada', '--kind'];
    for (const [args, says] of [
      [[], 'Usage: placet'],
      [['nonsense'], 'unknown command'],
      [['token', 'create'], '--tenant'],
      [['token', 'list', '--tenant', 'No Such'], '--tenant'],
      [[...create, 'robot'], '--kind'],
      [[...create, 'human', '--roles', 'king'], '--roles'],
      [[...create, 'human', '--expires', '1'], '--expires'],
      [[...create, 'human', '--expires', '2020-01-01'], 'over already'],
      [['audit', 'export'], '--all'],
      [['audit', 'export', '--all', '--tenant', 'acme'], '--all'],
      [['audit', 'verify', 'x', '--anchor', '7'], 'SEQ:HASH'],
    ] as [string[], string][])
      expect(await placet(...args), args.join(' ')).toMatchObject({ code: 2, err: expect.stringContaining(says) });
    expect(await placet('--help')).toMatchObject({ code: 0, out: expect.stringContaining('audit') });
    expect(await placet('token', 'create', '--tenant', 'none', '--subject', 'a', '--kind', 'human')).toMatchObject({
      code: 1,
    });
  });

  test('says that there is no database, without its password', async () => {
    const url = 'postgres://user:hunter2@127.0.0.1:1/none';
    const refused = await placetIn({ DATABASE_URL: url }, 'tenant', 'list');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('ECONNREFUSED') });
    expect(refused.err).not.toContain('hunter2');
    expect(await placetIn({ DATABASE_URL: 'mysql://x' }, 'tenant', 'list')).toMatchObject({ code: 2 });
    const none = await placetIn({ PLACET_DATA_DIR: join(folder, 'none') }, 'tenant', 'list');
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('no database in') });
    const empty = await createDatabase({ migrated: false });
    const err = expect.stringContaining('Placet has never run on it');
    expect(await placetIn({ DATABASE_URL: empty.url }, 'tenant', 'list')).toMatchObject({ code: 1, err });
    await empty.drop();
  });
});

describe('config check', () => {
  test('names each offending field, its value and the ceiling', async () => {
    const good = await file('good.yaml', stringify(STANDARD_CONFIG));
    expect(await placetIn({}, 'config', 'check', good)).toMatchObject({ code: 0, err: '' });
    const looser = structuredClone(STANDARD_CONFIG);
    looser.loop_policy.on_exhaustion = 'infinite_retry';
    looser.cost_guard_policy.trip_multiplier = 4.5;
    const bad = await file('bad.json', JSON.stringify(looser));
    const { code, out } = await placetIn({}, 'config', 'check', bad);
    expect(code).toBe(1);
    expect(out).toContain('/loop_policy/on_exhaustion: "infinite_retry", ceiling "red_flag_a8"');
    expect(out).toContain('/cost_guard_policy/trip_multiplier: 4.5, ceiling 3');
    const json = await placetIn({}, 'config', 'check', bad, '--json');
    expect(JSON.parse(json.out)).toMatchObject({ effect: 'deny', violations: [{ ceiling: expect.anything() }, {}] });
  });

  test('names fields of the wrong shape, and files that are none', async () => {
    const shape = await file('shape.yaml', 'approval_policy: { first_launch_requires_human: maybe }');
    const { code, out } = await placetIn({}, 'config', 'check', shape);
    expect(code).toBe(1);
    expect(out).toContain('/approval_policy/first_launch_requires_human: "maybe": must be boolean');
    expect(out).toContain('/loop_policy: absent: is required');
    expect(await placetIn({}, 'config', 'check', await file('no.yaml', '{'))).toMatchObject({ code: 1 });
    expect(await placetIn({}, 'config', 'check', join(folder, 'absent.yaml'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('ENOENT'),
    });
  });
});

describe('audit', () => {
  test('exports a log that verifies: 3 without an anchor, 0 with one, 1 when it was changed', async () => {
    const out = join(folder, 'acme.jsonl');
    expect(await placet('audit', 'export', '--tenant', 'acme', '--out', out)).toMatchObject({ code: 0, out: '' });
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    const text = await readFile(out, 'utf8');
    expect((await placet('audit', 'export', '--tenant', 'acme')).out).toBe(text);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const [head, ...entries] = lines;
    const last = entries.at(-1);
    expect(entries).toHaveLength(head.size);

    const bare = await verify(out);
    expect(bare).toMatchObject({ code: 3, out: expect.stringContaining('consistent, but not anchored') });
    expect(bare.out).not.toContain('OK');
    const receipt = await file('receipt.json', JSON.stringify({ receipt: { ...last, log: 'acme' } }));
    const heads = await file('heads.jsonl', `${JSON.stringify(head)}\n${JSON.stringify(head)}\n`);
    for (const anchor of [
      ['--receipt', receipt],
      ['--receipt', heads],
      ['--anchor', `${last.seq}:${last.tip}`],
      ['--anchor', `acme/${last.seq}:${last.tip}`],
      ['--tip', head.tip],
    ])
      expect(await verify(out, '--replay', ...anchor), anchor.join(' ')).toMatchObject({
        code: 0,
        out: expect.stringContaining(`OK: anchored through entry ${last.seq}, the last`),
      });
    expect(await verify(out, '--anchor', `${last.seq}:${last.leaf_hash}`)).toMatchObject({ code: 3 });
    expect(await verify(out, '--anchor', `0:${entries[0].tip}`)).toMatchObject({
      code: 0,
      out: expect.stringContaining('OK through entry 0'),
    });

    const edited = await file('edited.jsonl', text.replace('"id\\":\\"ada', '"id\\":\\"eve'));
    expect(await verify(edited)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/BAD: log acme, entry 1, line 3/),
    });
    const json = await verify(edited, '--json');
    expect(JSON.parse(json.out)).toMatchObject({ status: 'bad', bad: { seq: 1, code: 'payload.hash' } });

    const cut = { ...head, size: head.size - 1, tip: entries.at(-2).tip };
    const shorter = await file(
      'cut.jsonl',
      [cut, ...entries.slice(0, -1)].map((one) => `${JSON.stringify(one)}\n`).join(''),
    );
    expect(await verify(shorter)).toMatchObject({ code: 3 });
    expect(await verify(shorter, '--receipt', receipt)).toMatchObject({
      code: 1,
      out: expect.stringContaining(`entry ${last.seq}`),
    });
    await appendFile(out, 'garbage\n');
    expect(await verify(out)).toMatchObject({ code: 1, out: expect.stringContaining(`entry ${head.size}`) });
  });

  test('exports all logs, whatever number of pages, as of one head each', async () => {
    await placet('tenant', 'create', '--tenant', 'beta', '--name', 'Beta', '--vertical', 'retail');
    await withCore(async ({ ledger }) => {
      const actor = { type: 'service', id: 'test' };
      const append = (n: number) =>
        ledger.submit('beta', (tx) => tx.append({ action: 'test.entry', actor, resource: 'test/1', payload: `${n}` }));
      await Promise.all(Array.from({ length: 450 }, (_, n) => append(n)));
    });
    const all = await file('all.jsonl', (await placet('audit', 'export', '--all')).out);
    const { code, out } = await verify(all, '--json');
    expect(code).toBe(3);
    expect(JSON.parse(out).logs).toMatchObject([{ log: 'acme' }, { log: 'beta', entries: 451 }, { log: 'staffed' }]);
    expect(await verify(all, '--tip', 'ab'.repeat(32))).toMatchObject({
      code: 2,
      err: expect.stringContaining('which'),
    });
    expect(await placet('audit', 'export', '--tenant', 'none', '--out', join(folder, 'none'))).toMatchObject({
      code: 1,
    });
    await expect(stat(join(folder, 'none'))).rejects.toThrow('ENOENT');
  });

  test('finds what was changed in the database itself', async () => {
    await database.sql.unsafe('alter table audit_entry disable trigger all');
    await database.sql`update audit_entry set payload = '{}' where tenant_id = 'beta' and seq = 217`;
    const edited = await file('beta.jsonl', (await placet('audit', 'export', '--tenant', 'beta')).out);
    expect(await verify(edited)).toMatchObject({ code: 1, out: expect.stringContaining('entry 217') });
    await database.sql`delete from audit_entry where tenant_id = 'beta' and seq >= 210`;
    const cut = await file('beta.jsonl', (await placet('audit', 'export', '--tenant', 'beta')).out);
    expect(await verify(cut)).toMatchObject({ code: 1, out: expect.stringContaining('Entry 210 is missing') });
  });
});

function placet(...args: string[]) {
  return placetIn({ DATABASE_URL: database.url }, ...args);
}

/** Needs no database and is given none. */
function verify(...args: string[]) {
  return placetIn({}, 'audit', 'verify', ...args);
}

async function placetIn(env: Record<string, string>, ...args: string[]) {
  const [stdout, stderr] = [sink(), sink()];
  const code = await runCli(args, { env, stdout: stdout.stream, stderr: stderr.stream, now: () => NOW });
  return { code, out: stdout.text(), err: stderr.text() };
}

function sink() {
  const parts: Buffer[] = [];
  const stream = new Writable({
    write(part: Buffer, _, done) {
      parts.push(part);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(parts).toString() };
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function withCore(work: (core: Core) => Promise<void>): Promise<void> {
  const core = await openCore(database.url, () => NOW);
  try {
    await work(core);
  } finally {
    await core.close();
  }
}
