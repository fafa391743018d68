import { hash } from 'node:crypto';

/** Who did what an entry says. */
export interface Actor {
  type: string;
  id: string;
}

/** What one entry says, before it has a place in the log. */
export interface EntryDraft {
  /** What was done, such as `decision.made` or `ticket.approved`. */
  action: string;
  actor: Actor;
  /** `<type>/<id>` of what it was done to. */
  resource: string;
  planVersion?: number | undefined;
  /** JSON text that the payload hash covers. Kept apart from the leaf, so that erasing it never breaks the chain. */
  payload: string;
  /** Of a decision: its effect and the revision of the bundle that gave it, so that a verifier can run it again. */
  effect?: string | undefined;
  policy?: string | undefined;
}

/** An entry with its place in the log, its bytes and its hashes. */
export interface Entry extends EntryDraft {
  seq: number;
  timestamp: string;
  /** The bytes that are hashed and stored. */
  leaf: Buffer;
  payloadBytes: Buffer;
  leafHash: Buffer;
  /** Hash of the chain up to and including this entry. */
  tip: Buffer;
  salt: Buffer;
}

/** Fields of a leaf. In the canonical order, so that JSON.stringify gives RFC 8785 bytes: ASCII keys sorted, only strings and integers. */
interface Leaf {
  action: string;
  actor_id: string;
  actor_type: string;
  effect?: string | undefined;
  log: string;
  payload_hash: string;
  plan_version: number | null;
  policy?: string | undefined;
  resource: string;
  seq: number;
  timestamp: string;
  v: 1;
}

/**
 * Places a draft at the end of a log.
 * @param previous tip of the log before this entry
 * @param salt random bytes that keep a guessable payload from being confirmed by its hash
 */
export function sealEntry(
  log: string,
  seq: number,
  previous: Buffer,
  timestamp: string,
  salt: Buffer,
  draft: EntryDraft,
): Entry {
  const payloadBytes = Buffer.from(draft.payload);
  const fields: Leaf = {
    action: draft.action,
    actor_id: draft.actor.id,
    actor_type: draft.actor.type,
    effect: draft.effect,
    log,
    payload_hash: payloadHash(salt, payloadBytes),
    plan_version: draft.planVersion ?? null,
    policy: draft.policy,
    resource: draft.resource,
    seq,
    timestamp,
    v: 1,
  };
  const leaf = Buffer.from(JSON.stringify(fields));
  const leafHash = hashLeaf(leaf);
  return { ...draft, seq, timestamp, leaf, payloadBytes, leafHash, tip: chain(previous, leafHash), salt };
}

/** Tip of a log that has no entry yet. Depends on the log's name, so that two logs never share a prefix. */
export function emptyTip(log: string): Buffer {
  return hash('sha256', `placet/log/v1\n${log}`, 'buffer');
}

/** RFC 6962, section 2.1: the leaf hash is SHA-256(0x00 ‖ leaf). */
export function hashLeaf(leaf: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([LEAF_PREFIX, leaf]), 'buffer');
}

/** The chain's next tip: SHA-256(0x02 ‖ tip ‖ leaf hash). 0x00 and 0x01 belong to the Merkle tree over the same leaves. */
export function chain(tip: Uint8Array, leafHash: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([CHAIN_PREFIX, tip, leafHash]), 'buffer');
}

/** SHA-256(salt ‖ payload), in lower-case hex. */
export function payloadHash(salt: Uint8Array, payload: Uint8Array): string {
  return hash('sha256', Buffer.concat([salt, payload]), 'hex');
}

const LEAF_PREFIX = Buffer.of(0x00);
const CHAIN_PREFIX = Buffer.of(0x02);
