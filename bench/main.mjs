// `npm run bench`: decisions per second and latency of Placet, OPA and Cerbos on this machine, in turn. See docs/bench.md.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanUp, cleanUpOnSignals, node, root } from './children.mjs';
import { everyQuestion } from './questions.mjs';
import { printRatios, printTable, summarize } from './report.mjs';
import { startCerbos } from './systems/cerbos.mjs';
import { startOpa } from './systems/opa.mjs';
import { realInput, startPlacet } from './systems/placet.mjs';
import { measure, measureQuietly } from './turn.mjs';

const USAGE = `npm run bench -- [flags]
  --only NAMES         of placet, opa-logs, opa, cerbos-audit, cerbos (all)
  --connections LIST   (1,32,128)
  --tenants LIST       (1,100)
  --questions LIST     fresh: each is asked for the first time; repeated: the same few again and again (fresh)
  --seconds N          measured time of a turn (8)
  --warmup N           load before it (3)
  --repeat N           turns of each, interleaved; medians are shown (3)
  --patience N         seconds that a turn may wait, and be taken again, for others to leave the machine alone (30)
  --quick              about a minute: one short turn of each at 32 connections, 1 tenant
  --out FILE           raw results (bench/.cache/<time>.json)`;

const { values: flags } = parseArgs({
  options: {
    ...Object.fromEntries(
      ['only', 'connections', 'tenants', 'questions', 'seconds', 'warmup', 'repeat', 'patience', 'out'].map((name) => [
        name,
        { type: 'string' },
      ]),
    ),
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (flags.help) {
  console.log(USAGE);
  process.exit(0);
}
const defaults = flags.quick
  ? { connections: '32', tenants: '1', questions: 'fresh', seconds: '4', warmup: '1', repeat: '1', patience: '0' }
  : {
      connections: '1,32,128',
      tenants: '1,100',
      questions: 'fresh',
      seconds: '8',
      warmup: '3',
      repeat: '3',
      patience: '30',
    };
const options = { ...defaults, ...flags };
const list = (name) => options[name].split(',');
const number = (name) => Number(options[name]);

/** How each is started. All but Placet are given the documents that Placet evaluated. */
const SYSTEMS = {
  placet: () => startPlacet(),
  'opa-logs': (inputs) => startOpa(inputs, { decisionLogs: true }),
  opa: (inputs) => startOpa(inputs, { decisionLogs: false }),
  'cerbos-audit': (inputs) => startCerbos(inputs, { audit: true }),
  cerbos: (inputs) => startCerbos(inputs, { audit: false }),
};
const names = options.only ? list('only') : Object.keys(SYSTEMS);
for (const name of names) if (!SYSTEMS[name]) throw new Error(`there is no ${name}\n${USAGE}`);

cleanUpOnSignals();
const turns = [];
try {
  const inputs = await recordInputs();
  for (let turn = 1; turn <= number('repeat'); turn++)
    for (const name of names) await measureSystem(name, inputs, turn);
  const summary = summarize(turns);
  printTable(summary);
  printRatios(summary);
  save(summary);
} finally {
  await cleanUp();
}

/** Asks the real service each question once: what it evaluated is what the others are asked. */
async function recordInputs() {
  const inputs = new Map();
  if (names.every((name) => name === 'placet')) return inputs;
  const placet = await startPlacet();
  const questions = everyQuestion(Math.max(...list('tenants').map(Number)));
  const record = async (asked, i) => {
    // No other number of the document is this one, so that it can be found there.
    const after = 1_050_000_000 + i;
    inputs.set(`${asked.tenant}/${asked.campaign}`, { after, input: await realInput(placet, asked, after) });
  };
  for (let i = 0; i < questions.length; i += 50)
    await Promise.all(questions.slice(i, i + 50).map((asked, n) => record(asked, i + n)));
  await placet.stop();
  return inputs;
}

/** One start of a system, and a turn at each load. Only one system runs at a time. */
async function measureSystem(name, inputs, turn) {
  const system = await SYSTEMS[name](inputs);
  const loads = loadsOf(name);
  // Brings it to its steady state: compiled by the JIT, caches filled, database files extended.
  await measure(system, { ...loads[0], connections: 32, warmup: 0, seconds: 3 * number('warmup') });
  for (const load of loads) {
    const figures = await measureQuietly(system, load, { patience: number('patience') });
    turns.push({ system: name, turn, ...load, ...figures });
    console.error(`turn ${turn} ${name}: ${oneLine({ ...load, ...figures })}`);
  }
  await system.stop();
}

/** Tenants and repetition are for Placet, which has state. The others have none and get the questions of all tenants. */
function loadsOf(name) {
  const tenants = list('tenants').map(Number);
  const kinds = name === 'placet' ? list('questions') : list('questions').slice(0, 1);
  return kinds.flatMap((questions) =>
    (name === 'placet' ? tenants : [Math.max(...tenants)]).flatMap((count) =>
      list('connections').map((connections) => ({
        tenants: count,
        connections: Number(connections),
        questions,
        warmup: number('warmup'),
        seconds: number('seconds'),
      })),
    ),
  );
}

function oneLine({ tenants, connections, questions, rate, p50, p99, disturbed, otherCpu, stolenCpu }) {
  const load = `${tenants} tenant(s), ${connections} connection(s), ${questions} questions`;
  const note = disturbed ? ` (disturbed: ${(otherCpu + stolenCpu).toFixed(1)} cores used by others)` : '';
  return `${load}: ${Math.round(rate)}/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms${note}`;
}

function save(summary) {
  const { type } = statfsSync(tmpdir());
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
    // A log on tmpfs (0x01021994) would be durable in name only.
    databaseOnMemory: type === 0x01021994,
  };
  if (machine.databaseOnMemory)
    console.log(`\n${tmpdir()} is in memory: set TMPDIR to a real disk, these commits are not durable.`);
  const time = new Date().toISOString();
  const file = options.out ?? join(root, `bench/.cache/${time.replaceAll(':', '')}.json`);
  mkdirSync(join(root, 'bench/.cache'), { recursive: true });
  const { stdout: commit } = spawnSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' });
  writeFileSync(
    file,
    `${JSON.stringify({ time, commit: commit.trim(), machine, options, summary, turns }, null, 2)}\n`,
  );
  console.log(`\nRaw results: ${file}`);
}
