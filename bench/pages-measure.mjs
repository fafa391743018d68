// Measures one page after the other over a connection that is kept, as a browser has it, and accounts for the CPU that each took.
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
/** Of a clock tick in /proc, as Linux has it everywhere. */
const TICK_MS = 10;

/** One page. @returns times from the request on in ms, the bytes of the body as they travelled, its text */
export function loadPage(url, cookie) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const headers = { accept: 'text/html', 'accept-encoding': 'gzip', ...(cookie && { cookie }) };
    get(url, { headers, agent }, (response) => {
      const first = performance.now() - started;
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        const whole = performance.now() - started;
        const body = Buffer.concat(parts);
        if (response.statusCode !== 200) return reject(new Error(`${url}: ${response.statusCode}`));
        const isZipped = response.headers['content-encoding'] === 'gzip';
        resolve({ first, whole, bytes: body.length, text: (isZipped ? gunzipSync(body) : body).toString() });
      });
    }).on('error', reject);
  });
}

/**
 * A page, so many times, one after the other. `first`: the very first request, which may have to count or load what later ones find.
 * CPU is that of this process (the service, and the client that asks) and of PostgreSQL, a request: on a busy machine it says more than
 * the clock does.
 */
export async function measurePage({ url, cookie, times, warm, postgresPids }) {
  const opening = await withCpu(() => loadPage(url, cookie), postgresPids);
  for (let i = 0; i < warm; i++) await loadPage(url, cookie);
  const samples = [];
  const { cpu } = await withCpu(async () => {
    for (let i = 0; i < times; i++) samples.push(await loadPage(url, cookie));
  }, postgresPids);
  const first = samples.map((one) => one.first).sort((a, b) => a - b);
  return {
    opening: opening.result.first,
    openingCpu: opening.cpu,
    least: first[0],
    p50: percentile(first, 0.5),
    p95: percentile(first, 0.95),
    cpu: cpu / times,
    bytes: samples.at(-1).bytes,
    text: samples.at(-1).text,
  };
}

async function withCpu(act, postgresPids) {
  const before = [process.cpuUsage(), postgresTicks(postgresPids())];
  const result = await act();
  const { user, system } = process.cpuUsage(before[0]);
  return { result, cpu: (user + system) / 1000 + (postgresTicks(postgresPids()) - before[1]) * TICK_MS };
}

/** With what ended processes took, which is their parent's then. Where /proc is not, PostgreSQL's part is missing. */
function postgresTicks(pids) {
  return pids.reduce((sum, pid, i) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').map(Number);
      return sum + fields[11] + fields[12] + (i === 0 ? fields[13] + fields[14] : 0);
    } catch {
      return sum;
    }
  }, 0);
}

/** The processes of the PostgreSQL in a data folder: the one named in its pid file and its children. */
export function postgresOf(folder) {
  return () => {
    try {
      const main = Number(readFileSync(join(folder, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
      const children = readFileSync(`/proc/${main}/task/${main}/children`, 'utf8').trim().split(' ').map(Number);
      return [main, ...children];
    } catch {
      return [];
    }
  };
}

/** Bytes of the styles and scripts that a page asks for, as they travel. A browser keeps them: this is a first visit. */
export function createAssetSizes(base) {
  const sizes = new Map();
  return async (text) => {
    let sum = 0;
    for (const [, path] of text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
      if (!sizes.has(path)) sizes.set(path, (await loadPage(base + path)).bytes);
      sum += sizes.get(path);
    }
    return sum;
  };
}

export function percentile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}
