import { readFile } from 'node:fs/promises';
import type { Anchor } from '../audit/anchors.ts';
import { CommandError, UsageError } from './io.ts';

const HASH = /^[0-9a-f]{64}$/;

/** `[LOG/]SEQ:HASH`, the hash being the tip or the leaf hash of that entry. */
export function parseAnchor(text: string): Anchor {
  const match = /^(?:(.+)\/)?([0-9]{1,15}):([0-9a-f]{64})$/.exec(text);
  if (!match)
    throw new UsageError(`--anchor ${JSON.stringify(text)}: use [LOG/]SEQ:HASH with 64 lower-case hex digits`);
  return { source: `--anchor ${text}`, log: match[1], seq: Number(match[2]), tipOrLeafHash: match[3] };
}

/** `[LOG/]HASH`: the log's tip at some time, as GET /v1/audit/head gave it. */
export function parseTip(text: string): Anchor {
  const match = /^(?:(.+)\/)?([0-9a-f]{64})$/.exec(text);
  if (!match) throw new UsageError(`--tip ${JSON.stringify(text)}: use [LOG/]HASH with 64 lower-case hex digits`);
  return { source: `--tip ${text}`, log: match[1], tip: match[2] };
}

/**
 * What is kept of the service's answers: decisions, their receipts or heads of the log, as one JSON value, an array, or
 * JSON Lines.
 */
export async function readReceipts(file: string): Promise<Anchor[]> {
  const text = await readFile(file, 'utf8');
  const values = parseAll(text, file).flatMap((value) => (Array.isArray(value) ? value : [value]));
  if (values.length === 0) throw new CommandError(`${file} holds no receipt`);
  return values.map((value, i) => toAnchor(value, values.length === 1 ? file : `${file} (${i + 1})`));
}

function toAnchor(value: unknown, where: string): Anchor {
  const object = (value ?? {}) as Record<string, unknown>;
  const receipt = (object['receipt'] ?? object) as Record<string, unknown>;
  const { log, tip, seq, size, leaf_hash } = receipt;
  const at = seq ?? (typeof size === 'number' ? size - 1 : undefined);
  if (typeof log !== 'string' || !isHash(tip) || !Number.isSafeInteger(at) || (at as number) < 0)
    throw new CommandError(`${where} is no receipt: it needs log, seq and tip`);
  if (leaf_hash !== undefined && !isHash(leaf_hash)) throw new CommandError(`${where} has no proper leaf_hash`);
  return { source: `the receipt ${where}`, log, seq: at as number, tip, leafHash: leaf_hash };
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && HASH.test(value);
}

function parseAll(text: string, file: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    try {
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as unknown);
    } catch {
      throw new CommandError(`${file} is neither JSON nor JSON Lines`);
    }
  }
}
