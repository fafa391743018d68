// An agent that asks before it acts, waits for the humans, proceeds once and says what became of it.
//
//   PLACET_TOKEN=placet.northwind-outdoor.bid-optimizer.… node examples/agent.mjs
//
// Asks for more budget on a live campaign of the demo: an operator and the client have to agree.
import { randomUUID } from 'node:crypto';

const { PLACET_URL = 'http://127.0.0.1:8080', PLACET_TOKEN = '' } = process.env;
const [resource = 'winter-trails-search', field = 'daily_budget_minor', after = '50000'] = process.argv.slice(2);
const question = {
  subject: { type: 'agent', id: PLACET_TOKEN.split('.')[2] },
  action: { name: 'budget.change', properties: { field, after: Number(after) } },
  resource: { type: 'campaign', id: resource },
};

async function call(method, path, body, headers = {}) {
  const json = body && { 'content-type': 'application/json' };
  const authorization = `Bearer ${PLACET_TOKEN}`;
  const init = { method, headers: { authorization, ...json, ...headers }, ...(body && { body: JSON.stringify(body) }) };
  const response = await fetch(PLACET_URL + path, init);
  if (response.status === 304) return null;
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.code}: ${answer.detail}`);
  return { ...answer, etag: response.headers.get('etag') };
}

// Whoever asks again under the same key, because an answer was lost, gets the same decision.
const ask = (context) => call('POST', '/v1/decisions', { ...question, context }, { 'idempotency-key': randomUUID() });

let decision = await ask({});
console.log(`${decision.effect}: ${decision.reasons.map((reason) => reason.message).join(' ')}`);
if (decision.effect === 'review') {
  const { ticket_id } = decision.ticket;
  console.log(`waiting for ${ticket_id}`);
  let ticket = await call('GET', `/v1/tickets/${ticket_id}`);
  while (['pending', 'changes_requested'].includes(ticket.state))
    ticket =
      (await call('GET', `/v1/tickets/${ticket_id}?wait=30`, undefined, { 'if-none-match': ticket.etag })) ?? ticket;
  console.log(`${ticket_id} is ${ticket.state}`);
  decision = await ask({ approval: { ticket_id } });
}
if (decision.effect === 'allow') {
  // Here the agent does what it asked for.
  await call('POST', `/v1/decisions/${decision.decision_id}/outcome`, { status: 'applied' });
}
console.log(`${decision.effect}, on record as ${decision.receipt.log} #${decision.receipt.seq}`);
process.exitCode = decision.effect === 'allow' ? 0 : 1;
