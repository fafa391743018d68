import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Anchor } from '../../src/audit/anchors.ts';
import { type Entry, type EntryDraft, emptyTip, sealEntry } from '../../src/audit/entry.ts';
import { EXPORT_FORMAT, entryLine } from '../../src/audit/export.ts';
import { type VerifyOptions, verifyExport } from '../../src/audit/verify.ts';
import type { AuditExportEntry, AuditExportHeader, DecisionAnswer } from '../../src/contract/types.ts';

const REVISION = 'ab'.repeat(32);
const ANSWER: DecisionAnswer = {
  effect: 'deny',
  reasons: [],
  obligations: [],
  consume_permit: false,
  on_applied: [],
  draws: [],
};

describe('a sound export', () => {
  test('is unanchored without an anchor, whatever its length', async () => {
    for (const size of [1, 2, 17]) {
      const report = await verify(exportOf(seal('acme', size)));
      expect(report).toMatchObject({ status: 'unanchored', bad: null });
      expect(report.logs).toMatchObject([{ log: 'acme', entries: size, anchored_through: null }]);
    }
  });

  test('is ok when a receipt, an anchor or a tip pins it, as far as that goes', async () => {
    const entries = seal('acme', 10);
    const text = exportOf(entries);
    const last = entries[9]!.tip.toString('hex');
    for (const [anchors, through] of [
      [[receipt('acme', entries[9]!)], 9],
      [[receipt('acme', entries[2]!), receipt('acme', entries[6]!)], 6],
      [[{ source: 'x', seq: 9, tipOrLeafHash: last }], 9],
      [[{ source: 'x', tip: last }], 9],
    ] as [Anchor[], number][])
      expect(await verify(text, { anchors })).toMatchObject({ status: 'ok', logs: [{ anchored_through: through }] });
  });

  test('is not ok by leaf hashes: those before them could have been written anew', async () => {
    const entries = seal('acme', 4);
    const anchors = [{ source: 'x', seq: 3, tipOrLeafHash: entries[3]!.leafHash.toString('hex') }];
    expect(await verify(exportOf(entries), { anchors })).toMatchObject({
      status: 'unanchored',
      logs: [{ anchored_through: null, entries_pinned: 1 }],
    });
  });

  test('of several logs is ok when each is anchored', async () => {
    const [a, b] = [seal('acme', 3), seal('beta', 2)];
    const text = exportOf(a) + exportOf(b);
    const anchors = [receipt('acme', a[2]!)];
    expect(await verify(text, { anchors })).toMatchObject({ status: 'unanchored', bad: null });
    expect(await verify(text, { anchors: [...anchors, receipt('beta', b[1]!)] })).toMatchObject({ status: 'ok' });
    await expect(verify(text, { anchors: [{ source: '--tip', tip: REVISION }] })).rejects.toThrow('several logs');
  });

  test('may come in pieces of any size, and without its last newline', async () => {
    const text = exportOf(seal('acme', 5));
    for (const size of [1, 7, 4096]) expect(await verify(text, {}, size)).toMatchObject({ bad: null });
    expect(await verify(text.slice(0, -1))).toMatchObject({ bad: null, logs: [{ entries: 5 }] });
  });
});

describe('tampering is found at its place', () => {
  const entries = seal('acme', 10);
  const all = entries.map(toLine);
  const header = headerOf(entries);
  const anchors = [receipt('acme', entries[9]!)];
  const change = (at: number, fields: Partial<AuditExportEntry>) => all.with(at, { ...all[at]!, ...fields });
  const forged = (at: number) => seal('acme', 10, (i) => (i === at ? { payload: '{"forged":true}' } : {}));

  const cases: [string, number | null, string, AuditExportEntry[], Partial<AuditExportHeader>?][] = [
    ['a leaf edited', 4, 'leaf.hash', change(4, { leaf: all[4]!.leaf.replace('agent-4', 'agent-5') })],
    ['a leaf edited with its hash', 4, 'chain.broken', change(4, toLeafOf(forged(4)[4]!))],
    ['a payload edited', 4, 'payload.hash', change(4, { payload: '{"n":5}' })],
    ['a salt edited', 4, 'payload.hash', change(4, { salt: '00'.repeat(16) })],
    ['a tip edited', 4, 'chain.broken', change(4, { tip: '00'.repeat(32) })],
    ['two entries swapped', 3, 'seq.gap', all.with(3, all[4]!).with(4, all[3]!)],
    ['two entries swapped under their places', 3, 'leaf.seq', swapped(all, 3, 4)],
    ['the first entry removed', 0, 'seq.gap', all.slice(1)],
    ['an entry removed', 6, 'seq.gap', all.toSpliced(6, 1)],
    ['an entry twice', 7, 'seq.repeated', all.toSpliced(7, 0, all[6]!)],
    ['an entry put in', 5, 'leaf.seq', renumbered(all.toSpliced(5, 0, all[4]!))],
    ['an entry too many', 10, 'log.longer', seal('acme', 11).map(toLine)],
    ['the tail cut', 8, 'log.shorter', all.slice(0, 8)],
    ['the tail cut, head adjusted', 8, 'log.truncated', all.slice(0, 8), headerOf(entries.slice(0, 8))],
    ['rewritten and chained anew', 9, 'anchor.differs', forged(2).map(toLine), headerOf(forged(2))],
    ["another log's entry", 4, 'leaf.log', change(4, toLine(seal('beta', 10)[4]!))],
    ["another log's name", 0, 'leaf.log', all, { log: 'beta' }],
    ["the head's tip", 9, 'log.tip', all, { tip: '00'.repeat(32) }],
    ['a head that is none', null, 'export.header', all, { size: -1 }],
  ];
  test.each(cases)('%s', async (_, seq, code, lines, head) => {
    const floating = anchors.map((anchor) => ({ ...anchor, log: undefined }));
    const text = toText({ ...header, ...head }, lines);
    expect(await verify(text, { anchors: floating })).toMatchObject({ status: 'bad', bad: { seq, code } });
  });

  test('a garbage line, an empty line and bytes that are not UTF-8', async () => {
    const text = exportOf(entries).split('\n');
    for (const [garbage, code] of [
      ['garbage', 'line.json'],
      ['', 'line.json'],
      ['null', 'line.shape'],
      ['{"seq":3}', 'line.shape'],
      [` ${text[4]}`, 'line.form'],
      [text[4]!.replace('"seq":3', '"seq":3,"seq":3'), 'line.form'],
      [text[4]!.replace('agent', '\\u0061gent'), 'line.form'],
    ] as const)
      expect(await verify(text.with(4, garbage).join('\n'))).toMatchObject({ bad: { seq: 3, line: 5, code } });
    const bytes = Buffer.from(exportOf(entries));
    bytes[bytes.indexOf('agent-3')] = 0xff;
    expect(await verify(bytes)).toMatchObject({ bad: { seq: 3, line: 5, code: 'line.utf8' } });
  });

  test('a leaf that is not canonical, though everything follows from it', async () => {
    const spaced = rechain(entries, 2, (leaf) => leaf.replace('"v":1', '"v": 1'));
    expect(await verify(spaced)).toMatchObject({ bad: { seq: 2, code: 'leaf.form' } });
    const unknown = rechain(entries, 2, (leaf) => leaf.replace('"v":1', '"v":1,"x":1'));
    expect(await verify(unknown)).toMatchObject({ bad: { seq: 2, code: 'leaf.shape' } });
  });

  test('a rewrite between two anchors is placed between them', async () => {
    const both = [receipt('acme', entries[1]!), ...anchors];
    const { bad } = await verify(exportOf(forged(5)), { anchors: both });
    expect(bad).toMatchObject({ seq: 9, code: 'anchor.differs' });
    expect(bad!.message).toContain('one of 2 to 9');
  });

  test('a whole log removed, or there twice', async () => {
    const beta = seal('beta', 2);
    expect(await verify(exportOf(entries), { anchors: [receipt('beta', beta[1]!)] })).toMatchObject({
      bad: { seq: null, code: 'log.missing' },
    });
    expect(await verify(exportOf(entries) + exportOf(entries))).toMatchObject({ bad: { code: 'log.repeated' } });
    expect(await verify('')).toMatchObject({ bad: { code: 'export.empty' } });
    expect(await verify(toText(header, all.slice(0, 8)) + exportOf(beta))).toMatchObject({
      bad: { log: 'acme', seq: 8, code: 'log.shorter' },
    });
  });

  test('any byte of any entry changed', async () => {
    const text = Buffer.from(exportOf(entries));
    const start = text.indexOf('\n') + 1;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: start, max: text.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const bytes = Buffer.from(text);
          bytes[at]! ^= flip;
          const { status, bad } = await verify(bytes);
          // A newline ends the entry before it.
          const seq = text.subarray(start, at).toString().split('\n').length - 1;
          expect({ status, seq: bad?.seq }).toEqual({ status: 'bad', seq });
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('replay', () => {
  const decision = (i: number, answer: DecisionAnswer = ANSWER): Partial<EntryDraft> => ({
    action: 'decision.made',
    effect: answer.effect,
    policy: i === 0 ? 'cd'.repeat(32) : REVISION,
    payload: JSON.stringify({ answer, entrypoint: 'placet/decision/answer', input: { n: i }, ticket_id: null }),
  });
  const decide = (answer: DecisionAnswer) => ({ revision: REVISION, decide: () => answer });

  test('runs the decisions of the revision at hand, and counts the others', async () => {
    const text = exportOf(seal('acme', 3, (i) => decision(i)));
    expect(await verify(text, { replay: decide(ANSWER) })).toMatchObject({
      bad: null,
      logs: [{ decisions_replayed: 2, decisions_of_other_revisions: 1 }],
    });
  });

  test('finds an answer that policy does not give', async () => {
    const text = exportOf(seal('acme', 4, (i) => decision(i, i === 2 ? { ...ANSWER, effect: 'allow' } : ANSWER)));
    expect(await verify(text, { replay: decide(ANSWER) })).toMatchObject({ bad: { seq: 2, code: 'replay.differs' } });
    const broken = { revision: REVISION, decide: () => { throw new Error('undefined'); } }; // prettier-ignore
    expect(await verify(text, { replay: broken })).toMatchObject({ bad: { seq: 1, code: 'replay.failed' } });
    expect(await verify(text)).toMatchObject({ bad: null });
  });
});

function seal(log: string, size: number, edit: (i: number) => Partial<EntryDraft> = () => ({})): Entry[] {
  const entries: Entry[] = [];
  for (let i = 0; i < size; i++) {
    const draft: EntryDraft = {
      action: 'plan.registered',
      actor: { type: 'agent', id: `agent-${i}` },
      resource: `plan/${i + 1}`,
      payload: JSON.stringify({ n: i, text: 'Größe „42“ 🙂\n' }),
      ...edit(i),
    };
    const salt = hash('sha256', `${log}${i}`, 'buffer').subarray(0, 16);
    const at = new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString();
    entries.push(sealEntry(log, i, entries[i - 1]?.tip ?? emptyTip(log), at, salt, draft));
  }
  return entries;
}

/** The entries with one leaf's text changed, and all hashes of it and after it made anew. */
function rechain(entries: Entry[], at: number, edit: (leaf: string) => string): string {
  let tip = emptyTip('acme');
  const lines = entries.map((entry) => {
    const leaf = entry.seq === at ? Buffer.from(edit(entry.leaf.toString())) : entry.leaf;
    const leafHash = hash('sha256', Buffer.concat([Buffer.of(0), leaf]), 'buffer');
    tip = hash('sha256', Buffer.concat([Buffer.of(2), tip, leafHash]), 'buffer');
    return toLine({ ...entry, leaf, leafHash, tip });
  });
  return toText({ ...headerOf(entries), tip: tip.toString('hex') }, lines);
}

function toLine({ seq, leaf, leafHash, tip, salt, payloadBytes }: Entry): AuditExportEntry {
  return {
    seq,
    leaf: leaf.toString(),
    leaf_hash: leafHash.toString('hex'),
    tip: tip.toString('hex'),
    salt: salt.toString('hex'),
    payload: payloadBytes.toString(),
  };
}

/** Everything of a forged entry but its tip. */
function toLeafOf(entry: Entry): Partial<AuditExportEntry> {
  const { tip: _, ...rest } = toLine(entry);
  return rest;
}

function swapped(lines: AuditExportEntry[], a: number, b: number): AuditExportEntry[] {
  return renumbered(lines.with(a, lines[b]!).with(b, lines[a]!));
}

function renumbered(lines: AuditExportEntry[]): AuditExportEntry[] {
  return lines.map((line, seq) => ({ ...line, seq }));
}

function headerOf(entries: Entry[]): AuditExportHeader {
  const log = (JSON.parse(entries[0]!.leaf.toString()) as { log: string }).log;
  const tip = entries.at(-1)!.tip.toString('hex');
  return { format: EXPORT_FORMAT, log, size: entries.length, tip, exported_at: '2026-01-02T00:00:00.000Z' };
}

function exportOf(entries: Entry[]): string {
  return toText(headerOf(entries), entries.map(toLine));
}

function toText(header: AuditExportHeader, lines: AuditExportEntry[]): string {
  return [JSON.stringify(header), ...lines.map(entryLine)].map((line) => `${line}\n`).join('');
}

function receipt(log: string, { seq, leafHash, tip }: Entry): Anchor {
  return { source: `receipt ${seq}`, log, seq, leafHash: leafHash.toString('hex'), tip: tip.toString('hex') };
}

async function verify(text: string | Buffer, options: VerifyOptions = {}, pieceSize = 65_536) {
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize);
  }
  return verifyExport(pieces(), options);
}
