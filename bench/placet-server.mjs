// The service under measurement, in a process of its own: dist/service.js on an embedded, durable PostgreSQL in the folder given, with
// its tenants set up. Says where it listens and who may ask over the IPC channel; takes `profile` and `stop` there.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { startEmbedded } from '../dist/db/embedded.js';
import { createLog } from '../dist/log.js';
import { registerCampaign } from '../dist/plans/campaigns.js';
import { approvePlan, registerPlan } from '../dist/plans/plans.js';
import { startRun } from '../dist/runs/runs.js';
import { startService } from '../dist/service.js';
import { STANDARD_CONFIG } from '../dist/tenants/standard-config.js';
import { createTenant } from '../dist/tenants/tenants.js';
import { createToken } from '../dist/tenants/tokens.js';
import { AGENTS, CAMPAIGNS, LIVE_BUDGET, runId, taskId, tenantNames } from './questions.mjs';

const log = createLog('warn');
const setupActor = { type: 'service', id: 'bench-setup' };
const embedded = await startEmbedded({ dataDir: process.argv[2], log });
const service = await startService({ databaseUrl: embedded.url, host: '127.0.0.1', port: 0, log });
const tokens = Object.fromEntries(
  await Promise.all(tenantNames().map(async (name) => [name, await setUpTenant(name, service)])),
);
let session;

process.on('message', async (message) => {
  if (message.do === 'profile-start') await startProfile();
  if (message.do === 'profile-stop') process.send({ profile: await stopProfile(message.file) });
});
process.on('SIGTERM', stopAll);
// The benchmark is gone: nothing may stay behind.
process.on('disconnect', stopAll);
process.on('SIGINT', () => {});
process.send({ ready: { url: service.url, tokens } });

/** One tenant: an approved plan, its campaigns, its agents. Returns the agents' tokens. */
async function setUpTenant(name, { ledger, policy }) {
  await ledger.submit(name, (tx) =>
    createTenant(tx, policy, setupActor, { name, vertical: 'health', config: STANDARD_CONFIG }),
  );
  const budget = LIVE_BUDGET * CAMPAIGNS;
  const flights = [{ platform: 'meta', start: '2026-12-01', end: '2026-12-31', budget_minor: budget }];
  const payload = { name: 'December', currency: 'USD', total_budget_minor: budget, flights };
  await ledger.submit(name, (tx) => registerPlan(tx, setupActor, { type: 'initial', payload }));
  await ledger.submit(name, (tx) => approvePlan(tx, setupActor, 1, 'A1-0'));
  const campaigns = Array.from({ length: CAMPAIGNS }, (_, i) => ({
    id: `campaign-${i}`,
    name: `Vitamin D, prospecting ${i}`,
    platform: 'meta',
    plan_version: 1,
    approved: { daily_budget_minor: LIVE_BUDGET, bid_minor: 120 },
  }));
  await Promise.all(
    campaigns.map((campaign) => ledger.submit(name, (tx) => registerCampaign(tx, setupActor, campaign))),
  );
  // Agents act in runs, and a decision in a run that nobody knows is denied.
  await Promise.all(campaigns.map((_, i) => ledger.submit(name, (tx) => beginRun(tx, i))));
  return Promise.all(
    Array.from({ length: AGENTS }, (_, i) =>
      ledger.submit(name, (tx) =>
        createToken(tx, setupActor, {
          tokenId: `agent-${i}`,
          secret: randomBytes(18).toString('base64url'),
          principal: { kind: 'agent', id: `agent-${i}`, roles: [] },
          expiresAt: null,
        }),
      ),
    ),
  );
}

function beginRun(tx, i) {
  const agent = `agent-${i % AGENTS}`;
  const run = { run_id: runId(i), caller: agent, request_hash: '0'.repeat(64), decision_seq: tx.seq };
  const work = { task_id: taskId(i), main_task_id: 'optimize', agent, model: 'gpt-4o' };
  startRun(tx, { type: 'agent', id: agent }, run, work);
}

async function startProfile() {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
}

async function stopProfile(file) {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  writeFileSync(file, JSON.stringify(profile));
  return file;
}

let stopping;
function stopAll() {
  stopping ??= service
    .close()
    .then(() => embedded.stop())
    .then(() => process.exit(0));
}
