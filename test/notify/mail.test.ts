import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checker } from '../../src/contract/validate.ts';
import { createLog } from '../../src/log.ts';
import { digestEnd } from '../../src/notify/digest.ts';
import { type Dispatcher, createDispatcher } from '../../src/notify/dispatcher.ts';
import { setContact } from '../../src/notify/contact.ts';
import { createMail, openMailChannels } from '../../src/notify/mail.ts';
import { type Mailer, createMailer } from '../../src/notify/mailer.ts';
import {
  type Agency,
  type Clock,
  type Node,
  OPERATOR,
  type Person,
  PUBLIC_URL,
  budget,
  checkLog,
  createClock,
  issueToken,
  must,
  openNode,
  openWorkingAgency,
  vote,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';
import { type SmtpSink, openSmtp } from '../support/smtp.ts';

let database: TestDatabase;
let clock: Clock;
let node: Node;
let agency: Agency;
let smtp: SmtpSink;
let mailer: Mailer;
let tell: Dispatcher;
let agencies = 0;
let amount = 20_000;

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock();
  node = await openNode(database.url, { clock });
});
afterAll(async () => {
  await node.close();
  await database.drop();
});
beforeEach(async () => {
  agency = await openWorkingAgency(node, `m${agencies++}`);
  smtp = await openSmtp();
  mailer = createMailer({ smtpUrl: smtp.url, from: 'Placet <placet@agency.example>', timeoutMs: 2_000 });
  await openMailChannels(node.sql, node.ledger);
  tell = createDispatcher({
    sql: node.sql,
    ledger: node.ledger,
    clock,
    random: () => 0.5,
    log: createLog('silent'),
    transports: { mail: createMail({ ledger: node.ledger, policy: node.policy, mailer, publicUrl: PUBLIC_URL }) },
  });
  return async () => {
    await database.sql`update channel set state = 'deleted' where tenant_id = ${agency.tenant}`;
    mailer.close();
    await smtp.close();
  };
});

async function contact(who: Person, body: object): Promise<any> {
  return (await must(node.call(agency.tokens[who], 'PUT', '/v1/people/me/contact', body), 200)).body;
}

async function raise(after = amount++): Promise<any> {
  return (await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', after)), 200)).body.ticket;
}

const titleOf = async ({ ticket_id }: any): Promise<string> =>
  (await node.call(agency.tokens.anna, 'GET', `/v1/tickets/${ticket_id}`)).body.title;

/** An entry as the ladder of escalation writes it. */
function remind(ticketId: string, asked: string[]): Promise<unknown> {
  const payload = JSON.stringify({ ticket_id: ticketId, revision: 1, state: 'pending', asked, told: [] });
  return node.ledger.submit(agency.tenant, (tx) =>
    tx.append({ action: 'ticket.reminded', actor: OPERATOR, resource: `ticket/${ticketId}`, payload }),
  );
}

const letters = () => smtp.mails.map(({ to, headers }) => `${to.join()} ${headers['subject']}`).sort();

describe('mail', () => {
  test('goes to those who could fill a slot, with a link to where they decide, and to nobody else', async () => {
    for (const who of ['olga', 'omar', 'clara', 'paul', 'aldo'] as const)
      await contact(who, { email: `${who}@agency.example` });
    const ticket = await raise();
    const sent = await tell.turn();
    const to = smtp.mails.map((mail) => mail.to.join()).sort();
    expect(to).toContain('olga@agency.example');
    expect(to).toContain('omar@agency.example');
    // The client fills a slot of its own; a planner and an auditor fill none of an A3.
    expect(to).toContain('clara@agency.example');
    expect(to.filter((one) => /paul|aldo/.test(one))).toEqual([]);
    expect(sent).toBe(to.length);
    const [mail] = smtp.mails;
    expect(mail!.headers).toMatchObject({ 'auto-submitted': 'auto-generated', from: 'Placet <placet@agency.example>' });
    expect(mail!.headers['subject']).toMatch(new RegExp(`^${ticket.ticket_id} waits for approval: `));
    expect(mail!.body).toContain(`https://placet.test/tickets/${ticket.ticket_id}`);
    expect(mail!.body).toContain('Opening a link decides nothing');
    expect(await tell.turn()).toBe(0);
  });

  test('is of what a person wants to hear', async () => {
    await contact('olga', { email: 'olga@agency.example', types: ['ticket.rejected'] });
    await raise();
    expect(await tell.turn()).toBe(0);
  });

  test('with a recipient that the server refuses is given up at once; a server that is busy is tried again', async () => {
    await contact('olga', { email: 'olga@agency.example' });
    smtp.replies.rcpt = '550 no such user';
    await raise();
    await tell.turn();
    smtp.replies.rcpt = '451 later';
    await raise();
    await tell.turn();
    const rows = await database.sql`
      select state, status from delivery where tenant_id = ${agency.tenant} order by event_seq`;
    expect(rows.map(({ state, status }) => [state, status])).toEqual([
      ['dead', 550],
      ['failed', 451],
    ]);
    smtp.replies.rcpt = '250 ok';
    clock.advance({ minutes: 1 });
    expect(await tell.turn()).toBe(1);
    expect(smtp.mails).toHaveLength(1);
  });

  test('whose acceptance was lost comes again, as the same message', async () => {
    await contact('olga', { email: 'olga@agency.example' });
    smtp.replies.cut = true;
    await raise();
    await tell.turn();
    smtp.replies.cut = false;
    clock.advance({ minutes: 1 });
    await tell.turn();
    expect(smtp.mails).toHaveLength(2);
    expect(new Set(smtp.mails.map(({ headers }) => headers['message-id'])).size).toBe(1);
  });

  test('holds no header that a name or title brings in', async () => {
    await contact('olga', { name: 'Olga "O" <x@y.example>, Bcc: z@z.example', email: 'olga@agency.example' });
    await raise();
    await tell.turn();
    expect(smtp.mails[0]!.to).toEqual(['olga@agency.example']);
    expect(Object.keys(smtp.mails[0]!.headers)).not.toContain('bcc');
    for (const body of [
      { email: 'olga@agency.example\r\nBcc: z@z.example' },
      { email: 'a@b.example, c@d.example' },
      { email: '<a@b.example>' },
      { name: 'Olga\nBcc: z' },
      { time_zone: 'Mars/Olympus' },
      { types: ['ticket.nothing'] },
      {},
    ])
      expect(
        (await node.call(agency.tokens.olga, 'PUT', '/v1/people/me/contact', body)).status,
        JSON.stringify(body),
      ).toBe(400);
  });

  test('comes to the person who asked, when it is decided', async () => {
    await contact('paul', { email: 'paul@agency.example' });
    const asked = { ...budget('c1', amount++), subject: { type: 'human', id: 'paul' } };
    const { ticket } = (await must(node.call(agency.tokens.paul, 'POST', '/v1/decisions', asked), 200)).body;
    await must(vote(node.call, agency.tokens.lena, ticket, 'reject'), 201);
    await tell.turn();
    expect(letters()).toEqual([expect.stringContaining(`paul@agency.example ${ticket.ticket_id} is rejected`)]);
  });

  test('comes to who is mentioned in a comment, once, if they may read it', async () => {
    for (const who of ['paul', 'petra', 'clara'] as const) await contact(who, { email: `${who}@agency.example` });
    const ticket = await raise();
    await tell.turn();
    smtp.mails.length = 0;
    const path = `/v1/tickets/${ticket.ticket_id}/comments`;
    const say = async (comment: string, more: object = {}) => {
      const { body } = await must(node.call(agency.tokens.paul, 'POST', path, { comment, ...more }), 201);
      await tell.turn();
      return body.seq;
    };
    await say('nothing for anybody');
    // Oneself is not told what one said; the client does not read what is internal; nobody is no one.
    const seq = await say('@petra, see @paul and @clara and @nobody. @petra!');
    expect(letters()).toEqual([`petra@agency.example ${ticket.ticket_id} has a comment: ${await titleOf(ticket)}`]);
    expect(smtp.mails[0]!.body).not.toContain('see');
    await say('@clara, have a look', { visibility: 'shared' });
    expect(letters()).toEqual([
      expect.stringContaining('clara@agency.example'),
      expect.stringContaining('petra@agency.example'),
    ]);
    // Another wording is for those whom it names anew.
    smtp.mails.length = 0;
    await contact('lena', { email: 'lena@agency.example' });
    await must(node.call(agency.tokens.paul, 'PUT', `${path}/${seq}`, { comment: '@petra and @lena, see' }), 200);
    await tell.turn();
    expect(letters()).toEqual([expect.stringContaining('lena@agency.example')]);
  });

  test('to who is away comes to their stand-in as well, who is told what they may know themselves', async () => {
    for (const who of ['petra', 'omar', 'clara', 'lena'] as const)
      await contact(who, { email: `${who}@agency.example` });
    const ticket = await raise();
    await tell.turn();
    const path = `/v1/tickets/${ticket.ticket_id}/comments`;
    const mention = async (comment: string) => {
      smtp.mails.length = 0;
      await must(node.call(agency.tokens.anna, 'POST', path, { comment }), 201);
      await tell.turn();
      return smtp.mails.map(({ to }) => to.join().split('@')[0]).sort();
    };
    const away = (who: Person, stand_in: string) =>
      must(
        node.call(agency.tokens[who], 'PUT', '/v1/people/me/absence', {
          until: new Date(clock().getTime() + 8 * 3_600_000).toISOString(),
          stand_in,
        }),
        200,
      );
    expect(await mention('@petra')).toEqual(['petra']);
    await away('petra', 'omar');
    await away('lena', 'clara');
    expect(await mention('@petra')).toEqual(['omar', 'petra']);
    expect(await mention('@petra and @omar')).toEqual(['omar', 'petra']);
    // A client standing in reads no internal comment for it.
    expect(await mention('@lena')).toEqual(['lena']);
    clock.advance({ hours: 8 });
    expect(await mention('@petra')).toEqual(['petra']);
  });

  test('goes to nobody whose last credential is over, whatever their row still says', async () => {
    await contact('petra', { email: 'petra@agency.example' });
    const expires = new Date(clock().getTime() + 3_600_000).toISOString();
    await issueToken(node, agency.tenant, 'guest', { kind: 'human', id: 'gus', roles: ['planner'] }, expires);
    await node.ledger.submit(agency.tenant, (tx) => setContact(tx, OPERATOR, 'gus', { email: 'gus@agency.example' }));
    const ticket = await raise();
    const mention = () =>
      must(
        node.call(agency.tokens.anna, 'POST', `/v1/tickets/${ticket.ticket_id}/comments`, { comment: '@gus @petra' }),
        201,
      );
    await mention();
    await tell.turn();
    expect(letters()).toHaveLength(2);
    await mention();
    clock.advance({ hours: 1 });
    await tell.turn();
    expect(smtp.mails.map(({ to }) => to.join()).slice(2)).toEqual(['petra@agency.example']);
  });

  test('of what happened before it was set up is not sent', async () => {
    await contact('olga', { email: 'olga@agency.example' });
    await raise();
    clock.advance({ days: 2 });
    expect(await tell.turn()).toBe(0);
  });
});

describe('a digest', () => {
  test('collects what can wait, for each person, and comes once', async () => {
    await contact('olga', { email: 'olga@agency.example', digest: 'hourly' });
    await contact('omar', { email: 'omar@agency.example', digest: 'off' });
    // Less spend: what is risky does not wait.
    const tickets = [await raise(5_000), await raise(5_100), await raise(5_200)];
    clock.advance({ minutes: 60 - clock().getUTCMinutes() });
    await tell.turn();
    smtp.mails.length = 0;
    for (const ticket of tickets) await remind(ticket.ticket_id, ['olga', 'omar']);
    await tell.turn();
    expect(smtp.mails.map(({ to }) => to.join())).toEqual(Array(3).fill('omar@agency.example'));
    smtp.mails.length = 0;
    clock.advance({ minutes: 59 });
    expect(await tell.turn()).toBe(0);
    clock.advance({ minutes: 1 });
    expect([await tell.turn(), await tell.turn()]).toEqual([1, 0]);
    expect(letters()).toEqual([expect.stringContaining('olga@agency.example 3 reminders')]);
    for (const ticket of tickets) expect(smtp.mails[0]!.body).toContain(`/tickets/${ticket.ticket_id}`);
    await checkLog(database.sql, agency.tenant);
  });

  test.each([
    ['2026-03-02T09:00:00.000Z', 'hourly', null, '2026-03-02T10:00:00.000Z'],
    ['2026-03-02T09:59:59.999Z', 'hourly', null, '2026-03-02T10:00:00.000Z'],
    ['2026-03-02T07:59:00.000Z', 'daily', null, '2026-03-02T08:00:00.000Z'],
    ['2026-03-02T08:00:00.000Z', 'daily', null, '2026-03-03T08:00:00.000Z'],
    // Berlin puts its clocks on in the night to 29 March 2026.
    ['2026-03-28T12:00:00.000Z', 'daily', 'Europe/Berlin', '2026-03-29T06:00:00.000Z'],
    ['2026-03-27T12:00:00.000Z', 'daily', 'Europe/Berlin', '2026-03-28T07:00:00.000Z'],
    ['2026-03-27T12:00:00.000Z', 'daily', 'No/Where', '2026-03-28T08:00:00.000Z'],
  ] as const)('of %s, %s at %s, ends at %s', (now, every, zone, end) => expect(digestEnd(now, every, zone)).toBe(end));
});

test('a contact is one’s own, and the log does not say what it is', async () => {
  const body = await contact('olga', { email: 'olga@agency.example', time_zone: 'Europe/Berlin', digest: 'daily' });
  expect(checker('contact.json')(body)).toEqual([]);
  expect((await node.call(agency.tokens.olga, 'GET', '/v1/people/me/contact')).body).toEqual({
    person_id: 'olga',
    name: 'olga',
    email: 'olga@agency.example',
    time_zone: 'Europe/Berlin',
    types: null,
    digest: 'daily',
  });
  expect((await node.call(agency.tokens.bot, 'GET', '/v1/people/me/contact')).status).toBe(403);
  expect(JSON.stringify(await checkLog(database.sql, agency.tenant))).not.toContain('agency.example');
});
