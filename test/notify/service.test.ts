import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { type Service, startService } from '../../src/service.ts';
import { type Agency, type Call, budget, caller, must, openWorkingAgency } from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';
import { type Receiver, isSignedWith, openReceiver } from '../support/receiver.ts';
import { type SmtpSink, openSmtp } from '../support/smtp.ts';

// Two real nodes on real sockets, each with its own timers: what one commits, either tells.

let database: TestDatabase;
let receiver: Receiver;
let smtp: SmtpSink;
let services: Service[];
let calls: Call[];
let agency: Agency;

beforeAll(async () => {
  [database, receiver, smtp] = await Promise.all([createDatabase(), openReceiver(), openSmtp()]);
  const settings = {
    publicUrl: 'https://placet.test',
    secretKey: Buffer.alloc(32, 9),
    webhookAllow: '127.0.0.0/8',
    mail: { smtpUrl: smtp.url, from: 'placet@agency.example' },
  };
  const options = { databaseUrl: database.url, host: '127.0.0.1', port: 0, log: createLog('silent'), settings };
  services = [await startService(options), await startService(options)];
  calls = services.map(({ url }) => caller((path, init) => fetch(`${url}${path}`, init)));
  agency = await openWorkingAgency({ ...services[0]!, call: calls[0]! } as never, 'acme');
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.close()));
  await receiver.close();
  await smtp.close();
  await database.drop();
});

test('an event reaches webhook, mailbox and stream, and a node that stops ends its streams at once', async () => {
  const { anna, olga, bot } = agency.tokens;
  const { secret } = (await must(calls[0]!(anna, 'POST', '/v1/webhooks', { url: receiver.url }), 201)).body;
  await must(calls[1]!(olga, 'PUT', '/v1/people/me/contact', { email: 'olga@agency.example' }), 200);
  const stream = await fetch(`${services[1]!.url}/v1/events`, { headers: { authorization: `Bearer ${olga}` } });
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  const arrived = new Promise<void>((resume) => {
    receiver.answer = (response) => {
      response.writeHead(200).end();
      resume();
    };
  });
  const { ticket } = (await must(calls[0]!(bot, 'POST', '/v1/decisions', budget('c1', 30_000)), 200)).body;
  let text = '';
  while (!text.includes('data:')) text += (await reader.read()).value;
  expect(text).toContain(ticket.ticket_id);
  await arrived;
  expect(await isSignedWith(secret, receiver.received[0]!)).toBe(true);
  await expect.poll(() => smtp.mails.map(({ to }) => to.join()), { timeout: 10_000 }).toEqual(['olga@agency.example']);

  const started = performance.now();
  await services.pop()!.close();
  while (!(await reader.read()).done);
  expect(performance.now() - started).toBeLessThan(5_000);
});
