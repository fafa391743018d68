import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { createLog } from '../../src/log.ts';

test('works on the embedded cluster, beside a running service or by itself', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'placet-cli-embedded-'));
  const placet = async (...args: string[]) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const env = { PLACET_DATA_DIR: dataDir };
    const code = await runCli(args, { env, stdout, stderr, now: () => new Date() });
    return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
  };
  const create = (tenant: string) =>
    placet('tenant', 'create', '--tenant', tenant, '--name', tenant, '--vertical', 'health');
  try {
    expect(await create('alone')).toMatchObject({ code: 0 });
    const running = await startEmbedded({ dataDir, log: createLog('silent') });
    try {
      expect(await create('beside')).toMatchObject({ code: 0 });
    } finally {
      await running.stop();
    }
    const { code, out } = await placet('tenant', 'list', '--json');
    expect({ code, tenants: JSON.parse(out).tenants }).toMatchObject({
      code: 0,
      tenants: [{ tenant_id: 'alone' }, { tenant_id: 'beside' }],
    });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
