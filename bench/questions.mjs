// What is asked, of every system alike: may this agent set the daily budget of this campaign to that value? It may: the step from the
// live value and the drift from the approved plan are under 10 %. `########` stands for eight digits that the generator draws.
const TENANTS = 100;
export const CAMPAIGNS = 20;
export const AGENTS = 5;
/** Live and approved daily budget, in cents. */
export const LIVE_BUDGET = 1_000_000_000;
/** 1,000,000,000 to 1,099,999,999: always under 10 % more than the live budget. */
const AFTER = '10########';

/** Names of the tenants: the first one alone, or all of them, are asked for. */
export function tenantNames(count = TENANTS) {
  return Array.from({ length: count }, (_, i) => `tenant-${i}`);
}

/** Every pair of tenant and campaign, each with an agent of the tenant that asks. */
export function everyQuestion(tenants) {
  return tenantNames(tenants).flatMap((tenant) =>
    Array.from({ length: CAMPAIGNS }, (_, i) => {
      const agent = `agent-${i % AGENTS}`;
      return { tenant, agent, agentNumber: i % AGENTS, campaign: `campaign-${i}`, question: question(agent, i) };
    }),
  );
}

/** Run and task in which the agent asks. */
export const runId = (i) => `run-${i}-7f3a`;
export const taskId = (i) => `task-${i}`;

function question(agent, i) {
  return {
    subject: { type: 'agent', id: agent },
    action: { name: 'optimization.apply', properties: { field: 'daily_budget_minor', after: AFTER } },
    resource: { type: 'campaign', id: `campaign-${i}` },
    context: { run_id: runId(i), task_id: taskId(i) },
  };
}

/** JSON text in which the wanted value is a number, as it is on the wire. */
export function jsonText(value) {
  return JSON.stringify(value).replaceAll(`"${AFTER}"`, AFTER);
}

/** The same value in a document that came from a real answer, put back to the mark. */
export function withMarks(input, real) {
  return jsonText(JSON.parse(JSON.stringify(input), (_, value) => (value === real ? AFTER : value)));
}

/** A complete HTTP/1.1 request. */
export function httpRequest(path, body, headers = {}) {
  const lines = { host: '127.0.0.1', 'content-type': 'application/json', 'content-length': body.length, ...headers };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}`);
  return [`POST ${path} HTTP/1.1`, ...head, '', body].join('\r\n');
}
