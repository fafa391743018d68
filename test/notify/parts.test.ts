import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ATTEMPTS_MAX, retryDelayMs } from '../../src/notify/backoff.ts';
import { EVENTS, eventOf } from '../../src/notify/events.ts';
import { newSecret, signedHeaders } from '../../src/notify/sign.ts';
import { slackBody } from '../../src/notify/slack.ts';
import { createVault } from '../../src/notify/vault.ts';
import { oneLine } from '../../src/notify/words.ts';

test('the signature is that of the specification’s example', () => {
  const headers = signedHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}', [
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  ]);
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('secrets are 32 bytes, and no two are the same', () => {
  const [a, b] = [newSecret(), newSecret()];
  expect(Buffer.from(a.slice(6), 'base64')).toHaveLength(32);
  expect(a).not.toBe(b);
});

test('the wait grows, half of it by chance, and ends', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.option(fc.integer({ min: 0, max: 10 ** 9 })),
      (attempt, random, retryAfterMs) => {
        const delay = retryDelayMs(attempt, random, retryAfterMs);
        if (attempt >= ATTEMPTS_MAX) {
          expect(delay).toBeNull();
          return;
        }
        const full = Math.min(5_000 * 3 ** (attempt - 1), 12 * 3_600_000);
        expect(delay).toBeGreaterThanOrEqual(full / 2);
        expect(delay).toBeLessThanOrEqual(Math.max(full, 3_600_000));
        if (retryAfterMs !== null) expect(delay).toBeGreaterThanOrEqual(Math.min(retryAfterMs, 3_600_000));
      },
    ),
  );
});

test('what is sealed opens for its place under its key, and nowhere else', () => {
  const vault = createVault(Buffer.alloc(32, 1));
  const sealed = vault.seal('acme/channel/1', 'whsec_x');
  expect(vault.open('acme/channel/1', sealed)).toBe('whsec_x');
  expect(vault.seal('acme/channel/1', 'whsec_x')).not.toBe(sealed);
  expect(() => vault.open('acme/channel/2', sealed)).toThrow();
  expect(() => createVault(Buffer.alloc(32, 2)).open('acme/channel/1', sealed)).toThrow('sealed under the key');
  for (const at of [5, 20, sealed.length - 3]) {
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
    expect(() => vault.open('acme/channel/1', changed)).toThrow();
  }
  expect(() => createVault(null).seal('x', 'y')).toThrow('no key');
});

const source = (title: string, payload = '{}') =>
  ({
    seq: 7,
    at: '2026-03-02T09:00:00.000Z',
    action: 'ticket.opened',
    resource: 'ticket/A3-7',
    payload,
    ticket: { ticket_id: 'A3-7', type: 'A3', state: 'approved', revision: 3, red_flag: false, spec: { title } },
  }) as any;

test('an event says how the ticket was then, and stands when its payload has been erased', () => {
  const then = eventOf('acme', '', source('x', '{"state":"pending","revision":1,"comment":"secret"}'));
  expect(then.ticket).toMatchObject({ state: 'pending', revision: 1 });
  expect(JSON.stringify(then)).not.toContain('secret');
  for (const payload of ['', 'null', '7', '{"state":5}'])
    expect(eventOf('acme', '', source('x', payload)).ticket).toMatchObject({ state: 'approved', revision: 3 });
});

test('no text of others links, calls or breaks a line in Slack', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (title) => {
      const { text } = JSON.parse(
        slackBody(eventOf('acme', 'https://p.test', source(`<!channel> ${title} <http://x|y>`))),
      );
      expect(text.match(/</g)).toHaveLength(1);
      expect(text.split('\n')).toHaveLength(2);
      expect(text).toMatch(/\n<https:\/\/p\.test\/tickets\/A3-7\|Open A3-7>$/);
    }),
  );
});

test('a line is one line', () => {
  expect(oneLine('a\r\nBcc: b\u2028c\u0000d\u202ee')).toBe('a Bcc: b c d e');
});

test('events are of entries that explain something, never of what tells of them', () => {
  for (const action of Object.keys(EVENTS)) expect(action).not.toMatch(/^(delivery|channel|decision|token)\./);
});
