// `node bench/profile.mjs [--tenants 1,100] [--connections 32] [--seconds 8] [--questions fresh] [--top 30] [--out FILE]`: where the CPU time
// of the service goes. Measures without the profiler first (the rates are of that), then with it. Leaves bench/.cache/placet-*.cpuprofile,
// which Chrome DevTools and VS Code open.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanUp, cleanUpOnSignals, root } from './children.mjs';
import { startPlacet } from './systems/placet.mjs';
import { measure, measureQuietly } from './turn.mjs';

const { values: flags } = parseArgs({
  options: {
    tenants: { type: 'string', default: '1,100' },
    connections: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '8' },
    warmup: { type: 'string', default: '6' },
    questions: { type: 'string', default: 'repeated,fresh' },
    patience: { type: 'string', default: '120' },
    top: { type: 'string', default: '30' },
    out: { type: 'string' },
  },
});

cleanUpOnSignals();
const report = [];
try {
  const placet = await startPlacet();
  mkdirSync(join(root, 'bench/.cache'), { recursive: true });
  for (const tenants of flags.tenants.split(',').map(Number))
    for (const questions of flags.questions.split(',')) await profile(placet, tenants, questions);
} finally {
  await cleanUp();
}
if (flags.out) writeFileSync(flags.out, report.join('\n'));

async function profile(placet, tenants, questions) {
  const load = { tenants, questions, connections: Number(flags.connections), seconds: Number(flags.seconds) };
  const plain = await measureQuietly(
    placet,
    { ...load, warmup: Number(flags.warmup) },
    { patience: Number(flags.patience) },
  );
  const file = join(root, `bench/.cache/placet-${tenants}-${questions}.cpuprofile`);
  const profiled = await measure(placet, { ...load, warmup: 1 }, { measuring: placet.profile.start });
  await placet.profile.stop(file);
  const ms = (value) => `${value.toFixed(2)} ms`;
  say(`\n== ${tenants} tenant(s), ${flags.connections} connections, ${questions} questions`);
  say(
    `${Math.round(plain.rate)}/s, p50 ${ms(plain.p50)}, p90 ${ms(plain.p90)}, p99 ${ms(plain.p99)}, max ${ms(plain.max)}`,
  );
  say(
    `cores: service with PostgreSQL ${plain.systemCpu?.toFixed(2)} (${Math.round(plain.cpuMicros)} µs/request), generator ${plain.generatorCpu.toFixed(2)},` +
      ` others ${plain.otherCpu?.toFixed(2)}, stolen by the host ${plain.stolenCpu?.toFixed(2)}; with the profiler on: ${Math.round(profiled.rate)}/s`,
  );
  const { total, self, inclusive } = functionTimes(JSON.parse(readFileSync(file, 'utf8')));
  const perRequest = (time) => ((time / total) * 1e6) / profiled.rate;
  const list = (times) => {
    const largest = [...times].sort(([, a], [, b]) => b - a).slice(0, Number(flags.top));
    for (const [name, time] of largest)
      say(
        `${((100 * time) / total).toFixed(1).padStart(5)} % ${perRequest(time).toFixed(1).padStart(6)} µs/request  ${name}`,
      );
  };
  say(`-- self time, top ${flags.top} of ${(total / 1e6).toFixed(1)} s:`);
  list(self);
  say(`-- with what is called from there, top ${flags.top}:`);
  list(inclusive);
}

/** Microseconds by function: in itself, and with all that it calls (a recursive function counts once a sample). */
function functionTimes({ nodes, samples, timeDeltas }) {
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const self = new Map();
  const inclusive = new Map();
  let total = 0;
  for (const [i, id] of samples.entries()) {
    const time = timeDeltas[i];
    total += time;
    self.set(names.get(id), (self.get(names.get(id)) ?? 0) + time);
    const stack = new Set();
    for (let at = id; at !== undefined; at = parents.get(at)) stack.add(names.get(at));
    for (const name of stack) if (name !== '(root)') inclusive.set(name, (inclusive.get(name) ?? 0) + time);
  }
  return { total, self, inclusive };
}

function nameOf({ functionName, url, lineNumber }) {
  const place = url.replace(/^.*\/(?=(dist|node_modules)\/)/, '').replace(/^wasm:.*/, 'wasm');
  return `${functionName || '(anonymous)'}${place ? `  ${place}:${lineNumber + 1}` : ''}`;
}

function say(line) {
  console.log(line);
  report.push(line);
}
