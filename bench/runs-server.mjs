// The service under measurement for bench/runs.mjs, in a process of its own: one tenant, one agent. Says where it listens over the IPC channel.
import { randomBytes } from 'node:crypto';
import { startEmbedded } from '../dist/db/embedded.js';
import { createLog } from '../dist/log.js';
import { startService } from '../dist/service.js';
import { STANDARD_CONFIG } from '../dist/tenants/standard-config.js';
import { createTenant } from '../dist/tenants/tenants.js';
import { createToken } from '../dist/tenants/tokens.js';

const log = createLog('warn');
const actor = { type: 'service', id: 'bench-setup' };
const embedded = await startEmbedded({ dataDir: process.argv[2], log });
const service = await startService({ databaseUrl: embedded.url, host: '127.0.0.1', port: 0, log });
const { ledger, policy } = service;
await ledger.submit('bench', (tx) =>
  createTenant(tx, policy, actor, { name: 'Bench', vertical: 'health', config: STANDARD_CONFIG }),
);
const token = await ledger.submit('bench', (tx) =>
  createToken(tx, actor, {
    tokenId: 'agent',
    secret: randomBytes(18).toString('base64url'),
    principal: { kind: 'agent', id: 'agent', roles: [] },
    expiresAt: null,
  }),
);

let stopping;
function stopAll() {
  stopping ??= service
    .close()
    .then(() => embedded.stop())
    .then(() => process.exit(0));
}
process.on('SIGTERM', stopAll);
// The benchmark is gone: nothing may stay behind.
process.on('disconnect', stopAll);
process.on('SIGINT', () => {});
process.send({ url: service.url, token });
