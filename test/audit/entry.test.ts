import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EntryDraft, chain, emptyTip, hashLeaf, payloadHash, sealEntry } from '../../src/audit/entry.ts';

const drafts: fc.Arbitrary<EntryDraft> = fc.record({
  action: fc.string({ unit: 'binary' }),
  actor: fc.record({ type: fc.constantFrom('agent', 'service', 'human'), id: fc.string({ unit: 'binary' }) }),
  resource: fc.string({ unit: 'binary' }),
  planVersion: fc.option(fc.integer({ min: 1, max: 1_000_000_000 }), { nil: undefined }),
  payload: fc.json(),
  effect: fc.option(fc.constantFrom('allow', 'review', 'deny'), { nil: undefined }),
  policy: fc.option(fc.constant('ab'.repeat(32)), { nil: undefined }),
});

const sealed = fc
  .tuple(drafts, fc.nat(), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map(([draft, seq, salt]) =>
    sealEntry('log', seq, emptyTip('log'), '2026-11-23T00:00:00.000Z', Buffer.from(salt), draft),
  );

test('a leaf is its own RFC 8785 canonical form', () => {
  fc.assert(
    fc.property(sealed, ({ leaf }) => {
      expect(leaf.toString()).toBe(canonicalize(JSON.parse(leaf.toString())));
    }),
  );
});

test('a leaf carries the fields of the specification, whatever the draft', () => {
  fc.assert(
    fc.property(sealed, (entry) => {
      expect(JSON.parse(entry.leaf.toString())).toMatchObject({
        v: 1,
        log: 'log',
        seq: entry.seq,
        timestamp: '2026-11-23T00:00:00.000Z',
        actor_type: entry.actor.type,
        action: entry.action,
        plan_version: entry.planVersion ?? null,
        payload_hash: payloadHash(entry.salt, entry.payloadBytes),
      });
    }),
  );
});

test('hashes are what the documents say, computed another way', () => {
  const sha256 = (...parts: Buffer[]) => parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest();
  const leaf = Buffer.from('{"v":1}');
  expect(hashLeaf(leaf)).toEqual(sha256(Buffer.of(0), leaf));
  expect(chain(emptyTip('a'), hashLeaf(leaf))).toEqual(sha256(Buffer.of(2), emptyTip('a'), hashLeaf(leaf)));
  expect(payloadHash(Buffer.of(7), Buffer.from('x'))).toBe(sha256(Buffer.of(7), Buffer.from('x')).toString('hex'));
  expect(emptyTip('a')).not.toEqual(emptyTip('b'));
});

test('the same payload under another salt has another hash, so a guess cannot be confirmed', () => {
  expect(payloadHash(Buffer.alloc(16, 1), Buffer.from('x'))).not.toBe(
    payloadHash(Buffer.alloc(16, 2), Buffer.from('x')),
  );
});
