import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { connect } from '../../src/db/postgres.ts';
import { createLog } from '../../src/log.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection URL of the cluster's database `postgres`. */
    clusterUrl: string;
  }
}

/** One cluster for the run, durable as in production. Its database `placet` is migrated once and is what test databases are cloned from. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'placet-test-'));
  const cluster = await startEmbedded({ dataDir, log: createLog('warn') });
  const clusterUrl = cluster.url.replace(/\/placet$/, '/postgres');
  const template = connect(cluster.url, { max: 1 });
  await migrate(template);
  await template.end();
  // A template with a connection to it cannot be cloned.
  const admin = connect(clusterUrl, { max: 1 });
  await admin`alter database placet allow_connections false`;
  await admin.end();
  project.provide('clusterUrl', clusterUrl);
  return async () => {
    await cluster.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
