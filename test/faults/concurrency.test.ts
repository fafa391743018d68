import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Agency,
  type Answer,
  type LoggedEntry,
  type Node,
  addCampaign,
  approvePlan,
  ask,
  budget,
  checkLog,
  issueToken,
  openAgency,
  openNode,
  vote,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

const AGENTS = 64;
const CAMPAIGNS = 8;
const ROUNDS = 6;

let database: TestDatabase;
let nodes: [Node, Node];
let agency: Agency;
let agents: string[];

beforeAll(async () => {
  database = await createDatabase();
  nodes = [await openNode(database.url), await openNode(database.url)];
  agency = await openAgency(nodes[0], 'acme');
  await approvePlan(nodes[0].call, agency);
  for (let i = 0; i < CAMPAIGNS; i++) await addCampaign(nodes[0].call, agency, `c${i}`);
  // Sixty-four agents, each with a token of its own, which act for the one subject that the permits are for.
  agents = await Promise.all(
    Array.from({ length: AGENTS }, (_, i) =>
      issueToken(nodes[0], 'acme', `agent-${i}`, { kind: 'agent', id: 'bid-bot', roles: [] }),
    ),
  );
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await database.drop();
});

test('64 agents and 4 humans on one tenant over two nodes: nothing forks, nothing is lost, nothing happens twice', async () => {
  const decided: Answer[] = [];
  const wins = new Map<string, number>();
  const humansDone = Promise.withResolvers<void>();
  let agentsLeft = AGENTS;

  async function agent(n: number): Promise<void> {
    const { call } = nodes[n % 2]!;
    const decide = async (question: unknown, key?: string) => {
      const answer = await call(agents[n]!, 'POST', '/v1/decisions', question, key ? { 'idempotency-key': key } : {});
      expect(answer.status, answer.text).toBe(200);
      decided.push(answer);
      return answer.body;
    };
    for (let round = 0; round < ROUNDS; round++) {
      const campaign = `c${(n + round) % CAMPAIGNS}`;
      // The same question from eight agents at once: one ticket among them, and one permit that all of them then go for.
      const amount = 12_000 + round;
      await decide(ask('plan.execute', 'plan/1'));
      const { ticket } = await decide(budget(campaign, amount));
      await decide(
        ask('optimization.apply', `campaign/${campaign}`, { field: 'bid_minor', after: 101 + (n % 5) }),
        `${n}/${round}`,
      );
      if (ticket?.state !== 'approved') continue;
      const used = await decide(budget(campaign, amount, ticket.ticket_id));
      if (used.effect === 'allow') wins.set(ticket.ticket_id, (wins.get(ticket.ticket_id) ?? 0) + 1);
    }
    if (--agentsLeft === 0) humansDone.resolve();
  }

  async function human(who: 'olga' | 'omar' | 'clara' | 'lena', node: Node): Promise<void> {
    for (let working = true; working;) {
      working = agentsLeft > 0;
      const { body } = await node.call(agency.tokens[who], 'GET', '/v1/tickets?state=pending&limit=50');
      for (const ticket of body.tickets) {
        const answer = await vote(
          node.call,
          agency.tokens[who],
          ticket,
          who === 'lena' && ticket.number % 7 === 0 ? 'reject' : 'approve',
        );
        expect([201, 403, 409]).toContain(answer.status);
      }
    }
  }

  await Promise.all([
    ...agents.map((_, n) => agent(n)),
    human('olga', nodes[0]),
    human('omar', nodes[1]),
    human('clara', nodes[0]),
    human('lena', nodes[1]),
    humansDone.promise,
  ]);

  // Everyone goes once more for every permit that is left.
  const { body } = await nodes[0].call(agency.tokens.olga, 'GET', '/v1/tickets?state=approved&limit=100');
  await Promise.all(
    body.tickets.flatMap((ticket: any) =>
      agents.slice(0, 16).map(async (token, n) => {
        const question = { ...budget(ticket.resource.id, ticket.action.properties.after, ticket.ticket_id) };
        const answer = await nodes[n % 2]!.call(token, 'POST', '/v1/decisions', question);
        expect(answer.status).toBe(200);
        decided.push(answer);
        if (answer.body.effect === 'allow') wins.set(ticket.ticket_id, (wins.get(ticket.ticket_id) ?? 0) + 1);
      }),
    ),
  );

  const entries = await checkLog(database.sql, 'acme');
  const acted = (action: string) => entries.filter(({ leaf }) => leaf.action === action);

  const receipts = new Set(decided.map((answer) => answer.body.receipt.seq));
  expect(receipts.size).toBe(decided.length);
  for (const { body } of decided) expect(entries[body.receipt.seq]).toMatchObject(receiptOf(body));
  // One more was asked for while the plan was approved.
  expect(acted('decision.made')).toHaveLength(decided.length + 1);

  expect(wins.size).toBeGreaterThan(CAMPAIGNS);
  expect([...wins.values()].every((times) => times === 1)).toBe(true);
  const consumed = acted('ticket.consumed').map(({ leaf }) => leaf.resource);
  expect(new Set(consumed).size).toBe(consumed.length);
  expect(consumed.sort()).toEqual([...wins.keys()].map((id) => `ticket/${id}`).sort());

  expect(livesTooMany(entries)).toEqual([]);
  const tickets = await database.sql`select ticket_id, state, votes from ticket where tenant_id = 'acme'`;
  expect(tickets).toHaveLength(acted('ticket.opened').length);
  for (const { ticket_id, state } of tickets) {
    const approvals = acted('ticket.approved').filter(({ leaf }) => leaf.resource === `ticket/${ticket_id}`);
    expect(approvals.length, ticket_id).toBe(['approved', 'consumed'].includes(state) ? 1 : 0);
  }
  expect(await votesTwice(tickets as any)).toEqual([]);
});

test('of a log that two nodes begin at once, one began it', async () => {
  const both = await Promise.allSettled(nodes.map((node) => openAgency(node, 'young')));
  const failed = both.filter((one) => one.status === 'rejected');
  expect(failed).toHaveLength(1);
  expect((failed[0] as PromiseRejectedResult).reason).toMatchObject({ status: 409 });
  await checkLog(database.sql, 'young');
});

test('writers of many tenants on two nodes, each batch across tenants, do not get in each other’s way', async () => {
  const tenants = Array.from({ length: 20 }, (_, i) => `many-${i}`);
  const agencies = await Promise.all(tenants.map((tenant, i) => openAgency(nodes[i % 2]!, tenant)));
  await Promise.all(
    agencies.flatMap(({ tokens }) =>
      Array.from({ length: 20 }, async (_, n) => {
        const answer = await nodes[n % 2]!.call(
          tokens.bot,
          'POST',
          '/v1/decisions',
          ask('reconciliation.override', `reconciliation/r${n % 4}`),
        );
        expect(answer.body.effect).toBe('review');
      }),
    ),
  );
  for (const tenant of tenants) {
    const entries = await checkLog(database.sql, tenant);
    expect(entries.filter(({ leaf }) => leaf.action === 'decision.made')).toHaveLength(20);
    expect(entries.filter(({ leaf }) => leaf.action === 'ticket.opened')).toHaveLength(4);
  }
});

function receiptOf({ receipt, effect, policy }: any) {
  return {
    seq: receipt.seq,
    leafHash: receipt.leaf_hash,
    leaf: { action: 'decision.made', effect, policy: policy.revision },
  };
}

/** Questions that had two living tickets at some moment, by the order of the log. */
function livesTooMany(entries: LoggedEntry[]): string[] {
  const living = new Map<string, string>();
  const hashes = new Map<string, string>();
  const wrong: string[] = [];
  for (const { leaf, payload } of entries) {
    if (!leaf.resource.startsWith('ticket/')) continue;
    const id = leaf.resource.slice('ticket/'.length);
    if (leaf.action === 'ticket.opened') {
      hashes.set(id, payload.subject_hash);
      if (living.has(payload.subject_hash)) wrong.push(`${id} beside ${living.get(payload.subject_hash)}`);
      living.set(payload.subject_hash, id);
    } else if (!['pending', 'changes_requested', 'approved'].includes(payload.state)) {
      if (living.get(hashes.get(id)!) === id) living.delete(hashes.get(id)!);
    }
  }
  return wrong;
}

/** Tickets on which one human fills two slots, or one slot is filled twice. */
async function votesTwice(
  tickets: { ticket_id: string; votes: { voter: string; slot: string }[] }[],
): Promise<string[]> {
  return tickets
    .filter(
      ({ votes }) =>
        new Set(votes.map((one) => one.voter)).size + new Set(votes.map((one) => one.slot)).size !== 2 * votes.length,
    )
    .map(({ ticket_id }) => ticket_id);
}
