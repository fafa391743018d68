// Starts the embedded server, prints its URL and process id, and waits to be killed.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbedded } from '../../../src/db/embedded.ts';
import { createLog } from '../../../src/log.ts';

const [dataDir = ''] = process.argv.slice(2);
const { url } = await startEmbedded({ dataDir, log: createLog('silent') });
const pid = Number((await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);
console.log(JSON.stringify({ url, pid }));
process.stdin.resume();
