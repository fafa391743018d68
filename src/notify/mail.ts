import { hash } from 'node:crypto';
import type { Ledger } from '../audit/ledger.ts';
import type { Event } from '../contract/types.ts';
import type { Sql } from '../db/postgres.ts';
import type { Policy } from '../policy/policy.ts';
import { personTable } from '../tenants/people.ts';
import { addressMail, mayBeMailed } from './audience.ts';
import { openMailChannel } from './channels.ts';
import type { Transport } from './dispatcher.ts';
import { eventOf } from './events.ts';
import type { Mailer } from './mailer.ts';
import { failed } from './post.ts';
import { listWithoutMail } from './store.ts';
import { headline, oneLine } from './words.ts';

/** Mail to those whom an event asks something of, or answers. */
export function createMail({
  ledger,
  policy,
  mailer,
  publicUrl,
}: {
  ledger: Ledger;
  policy: Policy;
  mailer: Pick<Mailer, 'send'>;
  publicUrl: string;
}): Transport {
  return {
    address: (tenant, _channel, sources) => ledger.submit(tenant, (tx) => addressMail(tx, policy, sources)),

    async send(tenant, _channel, recipient, sources) {
      const [person, now] = await ledger.submit(tenant, (tx) => [tx.get(personTable, recipient), tx.now] as const);
      if (!person || person.email === null) return failed('the person has no address', 'forbidden');
      const events = sources
        .filter((source) => mayBeMailed(policy, person, source, now))
        .map((source) => eventOf(tenant, publicUrl, source));
      if (events.length === 0) return failed('the person may not see it', 'forbidden');
      return mailer.send({
        to: { name: oneLine(person.name), address: person.email },
        ...wordsOf(events),
        messageId: `<${hash('sha256', `${events[0]!.id} ${recipient}`, 'hex').slice(0, 40)}@placet>`,
      });
    },
  };
}

/** Gives each tenant that has none its mail channel. What happened before is not mailed. */
export async function openMailChannels(sql: Sql, ledger: Ledger): Promise<void> {
  const tenants = await listWithoutMail(sql, 100);
  await Promise.all(tenants.map((tenant) => ledger.submit(tenant, openMailChannel)));
}

/** Plain text, so that nothing in it is more than what it says. Nothing is decided by opening a link. */
function wordsOf(events: Event[]): { subject: string; text: string } {
  const [first] = events;
  const about = events.map((event) => [headline(event), ...(event.link === undefined ? [] : [event.link])].join('\n'));
  const flag = events.some(({ ticket }) => ticket?.red_flag) ? '[red flag] ' : '';
  const subject = events.length === 1 ? headline(first!) : `${events.length} reminders, the first: ${headline(first!)}`;
  return { subject: `${flag}${subject}`, text: `${about.join('\n\n')}\n\n${FOOTER}\n` };
}

const FOOTER = `--
You decide on the page, signed in. Opening a link decides nothing.
What is mailed to you, and when: PUT /v1/people/me/contact.`;
