import { isDeepStrictEqual } from 'node:util';
import canonicalize from 'canonicalize';
import type { AuditEntry, AuditExportEntry, AuditExportHeader, DecisionAnswer } from '../contract/types.ts';
import { checker } from '../contract/validate.ts';
import { type Anchor, AnchorError, type Moorings, moor } from './anchors.ts';
import { chain, emptyTip, hashLeaf, payloadHash } from './entry.ts';
import { entryLine } from './export.ts';
import { Bad, readLines } from './lines.ts';

// Checks an export by itself: no database, no network, nothing believed but the anchors that are passed in.

/** The first thing that is wrong. */
export interface Finding {
  log: string | null;
  /** Position of the first bad or missing entry; null when a whole log or its header is bad. */
  seq: number | null;
  line: number;
  code: string;
  message: string;
}

export interface LogReport {
  log: string;
  /** How many entries, from the first, were found good. */
  entries: number;
  /** Tip after them. */
  tip: string;
  /** Last position up to which anchors prove that nothing was changed, removed or put in. Null: none. */
  anchored_through: number | null;
  /** Anchors that pin an entry of their own only. */
  entries_pinned: number;
  decisions_replayed: number;
  /** Decisions of other revisions than the bundle at hand, not replayed. */
  decisions_of_other_revisions: number;
}

export interface VerifyReport {
  /** `ok` only when every log is anchored. `unanchored`: consistent in itself, as anyone who writes the database could make it. */
  status: 'ok' | 'unanchored' | 'bad';
  logs: LogReport[];
  bad: Finding | null;
}

export interface VerifyOptions {
  anchors?: Anchor[];
  /** Runs decisions again whose leaf names this revision. */
  replay?: Replay | undefined;
}

interface Replay {
  revision: string;
  decide(input: string): DecisionAnswer;
}

/**
 * Verifies an export, in one pass and with memory for one line, up to the first thing that is wrong.
 * @throws AnchorError when an anchor names no log and the export holds several
 */
export async function verifyExport(
  chunks: AsyncIterable<Uint8Array>,
  { anchors = [], replay }: VerifyOptions = {},
): Promise<VerifyReport> {
  const logs: LogReport[] = [];
  let section: Section | undefined;
  let line = 0;
  const closeSection = () => {
    if (section) endOf(section);
    section = undefined;
  };
  try {
    for await (const text of readLines(chunks)) {
      line++;
      const value = parse(text, 'line');
      if (value !== null && typeof value === 'object' && 'format' in value) {
        refuseFloating(anchors, logs.length);
        closeSection();
        section = openSection(text, value, logs, anchors);
        logs.push(section.report);
      } else {
        if (!section) throw new Bad('export.header', 'The file does not begin with the header of an audit export.');
        checkEntry(section, text, value, replay);
      }
    }
    line++;
    if (logs.length === 0) throw new Bad('export.empty', 'The file is empty.');
    closeSection();
    const absent = anchors.find((anchor) => anchor.log !== undefined && !logs.some((one) => one.log === anchor.log));
    if (absent)
      throw new Bad('log.missing', `The log ${absent.log}, for which there is ${absent.source}, is not here.`);
  } catch (error) {
    if (!(error instanceof Bad)) throw error;
    const seq = error.seq === undefined ? (section?.report.entries ?? null) : error.seq;
    // A line that could not even be read has not been counted.
    const at = error.code === 'line.utf8' || error.code === 'line.too_long' ? line + 1 : line;
    const bad = { log: section?.report.log ?? null, seq, line: at, code: error.code, message: error.message };
    return { status: 'bad', logs, bad };
  }
  return { status: logs.every((log) => log.anchored_through !== null) ? 'ok' : 'unanchored', logs, bad: null };
}

/** One log of the export, as far as it has been read. */
interface Section {
  header: AuditExportHeader;
  report: LogReport;
  tip: Buffer;
  moorings: Moorings;
}

function openSection(text: string, value: object, before: LogReport[], anchors: Anchor[]): Section {
  const wrong = checkHeader(value)[0];
  if (wrong) throw new Bad('export.header', `The header's ${wrong.field} ${wrong.message}.`);
  const header = value as AuditExportHeader;
  const { log } = header;
  if (JSON.stringify(header) !== text) throw new Bad('export.header', 'The header is not in its exact form.');
  if (before.some((one) => one.log === log)) throw new Bad('log.repeated', `The log ${log} is here twice.`);
  const tip = emptyTip(log);
  return {
    header,
    tip,
    moorings: moor(anchors.filter((anchor) => (anchor.log ?? log) === log)),
    report: {
      log,
      entries: 0,
      tip: tip.toString('hex'),
      anchored_through: null,
      entries_pinned: 0,
      decisions_replayed: 0,
      decisions_of_other_revisions: 0,
    },
  };
}

function refuseFloating(anchors: Anchor[], logsBefore: number): void {
  const floating = anchors.find((anchor) => anchor.log === undefined);
  if (logsBefore > 0 && floating)
    throw new AnchorError(`The export holds several logs: say which one ${floating.source} is for.`);
}

function checkEntry(section: Section, text: string, value: unknown, replay: Replay | undefined): void {
  const { header, report, moorings } = section;
  const expected = report.entries;
  const wrong = checkLine(value)[0];
  if (wrong) throw new Bad('line.shape', `The line is not an entry: ${wrong.field || 'it'} ${wrong.message}.`);
  const entry = value as AuditExportEntry;
  if (entryLine(entry) !== text) throw new Bad('line.form', 'The line is not in the exact form of an export.');
  if (entry.seq > expected) throw new Bad('seq.gap', `Entry ${entry.seq} stands in its place.`);
  if (entry.seq < expected) throw new Bad('seq.repeated', `Entry ${entry.seq} stands in its place.`);
  if (expected >= header.size) throw new Bad('log.longer', `The header says that there are ${header.size} entries.`);

  const leafHash = hashLeaf(Buffer.from(entry.leaf));
  // Lone surrogates have no UTF-8, and would be hashed as something else.
  if (!entry.leaf.isWellFormed() || leafHash.toString('hex') !== entry.leaf_hash)
    throw new Bad('leaf.hash', 'The leaf is not what its hash says.');
  const leaf = checkLeaf(entry, header.log);
  const hashed = payloadHash(Buffer.from(entry.salt, 'hex'), Buffer.from(entry.payload));
  if (!entry.payload.isWellFormed() || hashed !== leaf.payload_hash)
    throw new Bad('payload.hash', 'The payload, with its salt, is not what the leaf says.');
  const tip = chain(section.tip, leafHash);
  if (tip.toString('hex') !== entry.tip)
    throw new Bad('chain.broken', 'Its tip does not follow from the entries up to here.');

  const { through, pinned } = moorings.meet(entry, report.anchored_through);
  if (leaf.action === 'decision.made' && replay) replayDecision(report, leaf, entry.payload, replay);
  if (through) report.anchored_through = entry.seq;
  report.entries_pinned += pinned;
  section.tip = tip;
  report.tip = entry.tip;
  report.entries++;
}

function checkLeaf(entry: AuditExportEntry, log: string): AuditEntry {
  const value = parse(entry.leaf, 'leaf');
  const wrong = checkLeafShape(value)[0];
  if (wrong) throw new Bad('leaf.shape', `The leaf is not that of an entry: ${wrong.field || 'it'} ${wrong.message}.`);
  if (canonicalize(value) !== entry.leaf) throw new Bad('leaf.form', 'The leaf is not in RFC 8785 canonical form.');
  const leaf = value as AuditEntry;
  if (leaf.log !== log) throw new Bad('leaf.log', `The leaf belongs to the log ${leaf.log}.`);
  if (leaf.seq !== entry.seq) throw new Bad('leaf.seq', `The leaf says that it is entry ${leaf.seq}.`);
  return leaf;
}

function replayDecision(report: LogReport, leaf: AuditEntry, payload: string, replay: Replay): void {
  if (leaf.policy !== replay.revision) {
    report.decisions_of_other_revisions++;
    return;
  }
  const { answer, input } = (parse(payload, 'payload') ?? {}) as { answer?: DecisionAnswer; input?: unknown };
  let again: DecisionAnswer;
  try {
    again = replay.decide(JSON.stringify(input ?? null));
  } catch (error) {
    throw new Bad('replay.failed', `Policy does not answer the recorded input: ${String(error)}`);
  }
  if (!isDeepStrictEqual(again, answer) || again.effect !== leaf.effect)
    throw new Bad('replay.differs', `Policy answers ${again.effect}, not just what was recorded (${leaf.effect}).`);
  report.decisions_replayed++;
}

function endOf({ header, report, tip, moorings }: Section): void {
  if (report.entries < header.size)
    throw new Bad('log.shorter', `Entry ${report.entries} is missing: the header says that there are ${header.size}.`);
  moorings.end(report.entries);
  if (tip.toString('hex') !== header.tip)
    throw new Bad('log.tip', 'The tip after the last entry is not the one in the header.', report.entries - 1);
}

function parse(text: string, what: 'line' | 'leaf' | 'payload'): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Bad(`${what}.json`, `The ${what} is not JSON.`);
  }
}

const checkHeader = checker('audit-export.json#/$defs/audit_export_header');
const checkLine = checker('audit-export.json#/$defs/audit_export_entry');
const checkLeafShape = checker('audit-entry.json');
