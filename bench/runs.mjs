// `npm run build && node bench/runs.mjs`: pairs of hold and settlement, and step admissions, per second, on one hot run and on 1,000 runs. See docs/bench.md.
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanUp, cleanUpOnSignals, node, root, start, temporaryFolder } from './children.mjs';

const { values: flags } = parseArgs({
  options: {
    connections: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '8' },
    warmup: { type: 'string', default: '3' },
    runs: { type: 'string', default: '1000' },
  },
});
const [connections, seconds, warmup, runs] = ['connections', 'seconds', 'warmup', 'runs'].map((name) =>
  Number(flags[name]),
);
/** What policy admits of untyped steps on one run tree. */
const STEPS_MAX = 8;

cleanUpOnSignals();
try {
  if (!existsSync(join(root, 'dist/service.js'))) throw new Error('dist/ is not built: run npm run build');
  const child = start(node, [join(root, 'bench/runs-server.mjs'), join(temporaryFolder(), 'runs')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const { url, token } = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  });
  const call = caller(url, token);
  const names = (kind) => Array.from({ length: runs }, (_, i) => `${kind}-${i}`);
  const many = names('run');
  await Promise.all([...many, 'hot'].map((name) => startRun(call, name)));

  const rows = [
    await timed('hold + settlement, one hot run', (n) => pair(call, 'hot', n)),
    await timed(`hold + settlement, ${runs} runs`, (n) => pair(call, many[n % runs], n)),
  ];
  // Admissions are as many as the ceilings let in, so their number is given and their time is measured.
  const fresh = names('step');
  await Promise.all(fresh.map((name) => startRun(call, name)));
  rows.push(
    await counted(`step admissions, ${runs} runs`, runs * STEPS_MAX, (n) => step(call, fresh[n % runs], n, true)),
  );
  await startRun(call, 'exhausted');
  for (let n = 0; n <= STEPS_MAX; n++) await step(call, 'exhausted', n, n < STEPS_MAX);
  rows.push(await timed('steps refused, one exhausted run', (n) => step(call, 'exhausted', STEPS_MAX + 1 + n, false)));
  console.log('\n| | per second | p50 ms | p99 ms |\n|---|---|---|---|');
  for (const { name, rate, p50, p99 } of rows)
    console.log(`| ${name} | ${Math.round(rate).toLocaleString('en')} | ${p50.toFixed(2)} | ${p99.toFixed(2)} |`);
} finally {
  await cleanUp();
}

async function startRun(call, run_id) {
  const estimate = { usd: '50' };
  await call(
    '/v1/runs',
    { run_id, task_id: `task-${run_id}`, main_task_id: 'bench', agent: 'agent', model: 'gpt-4o', estimate },
    201,
  );
}

async function pair(call, run, n) {
  const hold = { hold_id: `h-${n}`, model: 'gpt-4o', input_tokens: 1000, max_output_tokens: 500 };
  const { admitted } = await call(`/v1/runs/${run}/holds`, hold, 200);
  if (!admitted) throw new Error('a hold was not admitted');
  await call(`/v1/runs/${run}/holds/h-${n}/settlement`, { tokens: { input_tokens: 1000, output_tokens: 120 } }, 200);
}

async function step(call, run, n, wanted) {
  const { admitted } = await call(`/v1/runs/${run}/steps`, { step_id: `s-${n}`, kind: 'step' }, 200);
  if (admitted !== wanted) throw new Error(`a step was ${admitted ? '' : 'not '}admitted`);
}

/** A closed loop: each connection does one after the other, for so long. */
async function timed(name, act) {
  let n = 0;
  const latencies = [];
  const begin = performance.now() + warmup * 1000;
  const end = begin + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let now = performance.now(); now < end; now = performance.now()) {
        await act(n++);
        if (now >= begin) latencies.push(performance.now() - now);
      }
    }),
  );
  return figures(name, latencies, seconds);
}

async function counted(name, total, act) {
  let n = 0;
  const latencies = [];
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (n < total) {
        const before = performance.now();
        await act(n++);
        latencies.push(performance.now() - before);
      }
    }),
  );
  return figures(name, latencies, (performance.now() - begin) / 1000);
}

function figures(name, latencies, time) {
  latencies.sort((a, b) => a - b);
  const at = (percent) => latencies[Math.min(latencies.length - 1, Math.floor((latencies.length * percent) / 100))];
  const row = { name, rate: latencies.length / time, p50: at(50), p99: at(99) };
  console.error(`${name}: ${Math.round(row.rate)}/s`);
  return row;
}

function caller(url, token) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  return (path, body, expected) =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      };
      const sent = request({ agent, hostname, port, path, method: 'POST', headers }, (answer) => {
        let reply = '';
        answer.setEncoding('utf8').on('data', (part) => (reply += part));
        answer.on('end', () => {
          if (answer.statusCode === expected) resolve(JSON.parse(reply));
          else reject(new Error(`${path}: ${answer.statusCode} ${reply}`));
        });
      });
      sent.on('error', reject);
      sent.end(text);
    });
}
