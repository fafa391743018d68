import type { AuditExportEntry } from '../contract/types.ts';
import { Bad } from './lines.ts';

/** What somebody outside the database kept: it pins a log at one place. */
export interface Anchor {
  /** Where it was given, to be named in a finding. */
  source: string;
  /** Absent: the only log of the export. */
  log?: string | undefined;
  /** Absent: any position whose tip this is. */
  seq?: number | undefined;
  /** Pins every entry up to this one. */
  tip?: string | undefined;
  /** Pins this one entry: those before it could still have been written anew. */
  leafHash?: string | undefined;
  /** A tip or a leaf hash, whichever it turns out to be. */
  tipOrLeafHash?: string | undefined;
}

/** The anchors do not say which of several logs they are for. */
export class AnchorError extends Error {
  override name = 'AnchorError';
}

/** Anchors of one log, still to be met. */
export interface Moorings {
  /**
   * Compares the anchors at this entry, which follows from all before it.
   * @returns whether one of them pins everything up to here, and how many pin this entry only
   * @throws Bad `anchor.differs`
   */
  meet(entry: AuditExportEntry, anchoredThrough: number | null): { through: boolean; pinned: number };
  /** @throws Bad when the log ended, after `entries`, before an anchor was met */
  end(entries: number): void;
}

export function moor(anchors: Anchor[]): Moorings {
  const bySeq = new Map<number, Anchor[]>();
  const byTip = new Map<string, Anchor>();
  for (const anchor of anchors)
    if (anchor.seq === undefined) byTip.set(anchor.tip!, anchor);
    else bySeq.set(anchor.seq, [...(bySeq.get(anchor.seq) ?? []), anchor]);

  function meet(entry: AuditExportEntry, anchoredThrough: number | null) {
    const { seq, tip } = entry;
    const here = bySeq.get(seq) ?? [];
    bySeq.delete(seq);
    for (const anchor of here) if (differs(anchor, entry)) throw different(anchor, seq, anchoredThrough);
    const pinning = here.filter((anchor) => anchor.tip === tip || anchor.tipOrLeafHash === tip);
    return { through: byTip.delete(tip) || pinning.length > 0, pinned: here.length - pinning.length };
  }

  function end(entries: number): void {
    const next = [...bySeq.values()][0]?.[0];
    if (next)
      throw new Bad('log.truncated', `Entry ${entries} is missing: there is ${next.source} for entry ${next.seq}.`);
    const floating = [...byTip.values()][0];
    if (floating)
      throw new Bad('log.truncated', `No entry up to the end of the log has the tip of ${floating.source}.`);
  }

  return { meet, end };
}

function differs(anchor: Anchor, { tip, leaf_hash }: AuditExportEntry): boolean {
  return (
    (anchor.tip ?? tip) !== tip ||
    (anchor.leafHash ?? leaf_hash) !== leaf_hash ||
    ![tip, leaf_hash].includes(anchor.tipOrLeafHash ?? tip)
  );
}

function different(anchor: Anchor, seq: number, anchoredThrough: number | null): Bad {
  const from = (anchoredThrough ?? -1) + 1;
  const where = anchor.tip === undefined || from === seq ? 'it was changed' : `one of ${from} to ${seq} was changed`;
  return new Bad('anchor.differs', `Entry ${seq} is not what ${anchor.source} says: ${where}.`);
}
