import type { AuditExportEntry, AuditExportHeader } from '../contract/types.ts';
import type { Sql } from '../db/postgres.ts';
import { type StoredEntry, listEntries } from './queries.ts';
import { readHeads } from './store.ts';

export const EXPORT_FORMAT = 'placet-audit-export/v1';

// A payload may be a megabyte: a page is what memory holds of the log.
const PAGE_ENTRIES = 200;

/**
 * A tenant's log as JSON Lines, in pieces of whole lines: a header, then its entries in order (schemas/audit-export.json).
 * The head is read first and entries up to it only, so that what is written meanwhile does not tear the export.
 * Entries that the database lacks are left out, for the verifier to find.
 * @returns null when there is no such log
 */
export async function exportLog(
  sql: Sql,
  log: string,
  exportedAt: Date,
): Promise<AsyncGenerator<string, void, void> | null> {
  const head = (await readHeads(sql, [log])).get(log);
  if (!head) return null;
  const header: AuditExportHeader = {
    format: EXPORT_FORMAT,
    log,
    size: head.size,
    tip: head.tip.toString('hex'),
    exported_at: exportedAt.toISOString(),
  };
  return lines(sql, header);
}

/** The one form of an entry's line. A verifier takes no other, so that no byte of an export can change unseen. */
export function entryLine({ seq, leaf, leaf_hash, tip, salt, payload }: AuditExportEntry): string {
  return JSON.stringify({ seq, leaf, leaf_hash, tip, salt, payload });
}

async function* lines(sql: Sql, header: AuditExportHeader): AsyncGenerator<string, void, void> {
  yield `${JSON.stringify(header)}\n`;
  for (let after = -1; after < header.size - 1;) {
    const page = await listEntries(sql, header.log, { after, limit: PAGE_ENTRIES });
    const entries = page.filter((entry) => entry.seq < header.size);
    if (entries.length === 0) return;
    yield entries.map((entry) => `${entryLine(exportedEntry(entry))}\n`).join('');
    after = entries.at(-1)!.seq;
  }
}

/** An entry as it travels: the very texts that were hashed, and hashes in hex. */
export function exportedEntry({ seq, leaf, leaf_hash, tip, salt, payload }: StoredEntry): AuditExportEntry {
  return {
    seq,
    leaf: leaf.toString(),
    leaf_hash: leaf_hash.toString('hex'),
    tip: tip.toString('hex'),
    salt: salt.toString('hex'),
    payload: payload.toString(),
  };
}
