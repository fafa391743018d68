// Where pictures are taken: a service with a database of its own whose clock is ours, the demo agency on it, and its people and agents.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../dist/db/embedded.js';
import { seedAgency } from '../../dist/demo/agency.js';
import { createLog } from '../../dist/log.js';
import { startService } from '../../dist/service.js';
import { openSite } from '../../dist/web/site-settings.js';

/** When the pictures are taken: a Monday morning, before the flights of the demo's plans. */
const NOW = Date.parse('2026-11-30T10:20:00.000Z');

/**
 * @param started_days_ago the agency began so long before the pictures are taken
 * @returns the service, its clock, `wait` that moves it on, and `company` that acts in a tenant
 */
export async function openStage({ started_days_ago = 0 } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'placet-shots-'));
  const log = createLog('warn');
  let now = NOW - started_days_ago * 86_400_000;
  const clock = () => new Date(now);
  const embedded = await startEmbedded({ dataDir, log });
  const site = await openSite({ PLACET_DATA_DIR: dataDir, PLACET_SYSTEM_OPS_URL: 'https://ops.example/runs/{run_id}' });
  const service = await startService({ databaseUrl: embedded.url, host: '127.0.0.1', port: 0, log, site, clock });
  const tokens = await seedAgency(service, dataDir);
  return {
    service,
    site,
    clock,
    /** @returns the time it is then */
    wait(minutes) {
      now += minutes * 60_000;
      return clock().toISOString();
    },
    company: (tenant) => createCompany(service.url, tokens[tenant]),
    async close() {
      await service.close();
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** What people and agents of one tenant do by the API. Whatever is refused stops the pictures. */
function createCompany(url, tokens) {
  async function call(who, method, path, body) {
    const headers = { authorization: `Bearer ${tokens[who]}`, 'content-type': 'application/json' };
    const response = await fetch(url + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${who}: ${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }
  const post = (who, path, body) => call(who, 'POST', path, body);
  return {
    post,
    put: (who, path, body) => call(who, 'PUT', path, body),
    get: (who, path) => call(who, 'GET', path),
    ask(who, action, resource, properties, approval) {
      return post(who, '/v1/decisions', question(who, action, resource, properties, approval));
    },
    revise: (who, { ticket_id }, action, resource, properties) =>
      post(who, `/v1/tickets/${ticket_id}/revisions`, question(who, action, resource, properties)),
    vote: (who, { ticket_id, revision, subject_hash }, verdict, more) =>
      post(who, `/v1/tickets/${ticket_id}/verdicts`, { verdict, revision, subject_hash, ...more }),
    say: (who, { ticket_id }, comment, more) => post(who, `/v1/tickets/${ticket_id}/comments`, { comment, ...more }),
    applied: (who, { decision_id }) => post(who, `/v1/decisions/${decision_id}/outcome`, { status: 'applied' }),
  };
}

/** @param resource `<type>/<id>` */
function question(who, action, resource, properties, approval) {
  const at = resource.indexOf('/');
  return {
    subject: { type: who === 'reconciler' ? 'service' : 'agent', id: who },
    action: { name: action, ...(properties && { properties }) },
    resource: { type: resource.slice(0, at), id: resource.slice(at + 1) },
    ...(approval && { context: { approval: { ticket_id: approval } } }),
  };
}
