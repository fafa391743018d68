// One turn: a system under load at some connections, measured once.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuSeconds, machineCpuSeconds, node, root, start, temporaryFolder } from './children.mjs';

/** Distinct values that a campaign's budget is asked to take: few, so that questions repeat, or so many that each is new. */
const VARIANTS = { repeated: 50, fresh: 100_000_000 };

/** More than this of the two cores used by others, in cores, and a turn does not tell much. */
const DISTURBED = 0.2;

/** {@link measure} on a quiet machine: waits for one, and measures again when it was disturbed, for so many seconds altogether. */
export async function measureQuietly(system, load, { patience, hooks }) {
  const deadline = Date.now() + patience * 1000;
  let best;
  do {
    await untilQuiet(deadline);
    const figures = await measure(system, load, hooks);
    if (!best || disturbance(figures) < disturbance(best)) best = figures;
  } while (disturbance(best) > DISTURBED && Date.now() < deadline);
  return { ...best, disturbed: disturbance(best) > DISTURBED };
}

function disturbance({ otherCpu = 0, stolenCpu = 0 }) {
  return otherCpu + stolenCpu;
}

async function untilQuiet(deadline) {
  for (;;) {
    const before = machineCpuSeconds();
    await new Promise((resume) => setTimeout(resume, 1000));
    if (!before || machineCpuSeconds().used - before.used < DISTURBED || Date.now() > deadline) return;
  }
}

/**
 * Loads a system and measures it.
 * @param hooks `measuring` and `measured` are called at the ends of the measured time
 * @returns rate per second, latencies in milliseconds; CPU in cores: of the system with its children, of the generator, of everything else on
 *   the machine and stolen by its host (which disturb the measurement), where /proc tells; and the system's CPU microseconds per request
 * @throws Error when any reply was not the expected answer
 */
export async function measure(system, { tenants, connections, questions, warmup, seconds }, hooks = {}) {
  const file = join(temporaryFolder(), 'plan.json');
  const seed = (Date.now() * 2654435761) % 2 ** 31;
  const plan = { ...system.target(tenants), connections, warmup, seconds, seed, variants: VARIANTS[questions] };
  writeFileSync(file, JSON.stringify(plan));
  const child = start(node, [join(root, 'bench/load.mjs'), file], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const cpu = {};
  child.on('message', (message) => {
    cpu[message] = { system: cpuSeconds(system.pid), ...machineCpuSeconds() };
    hooks[message]?.();
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await new Promise((resolve, reject) => {
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`the load generator ended with ${code}`)),
    );
  });
  const result = JSON.parse(output);
  if (result.bad + result.errors > 0 || result.requests === 0)
    throw new Error(
      `${result.bad} wrong replies and ${result.errors} errors of ${result.requests}: ${result.sample ?? 'no reply at all'}`,
    );
  const { sample, bad, errors, ...figures } = result;
  if (cpu.measuring?.system == null) return figures;
  const cores = (whose) => (cpu.measured[whose] - cpu.measuring[whose]) / seconds;
  const systemCpu = cores('system');
  const otherCpu = Math.max(0, cores('used') - systemCpu - result.generatorCpu);
  return { ...figures, systemCpu, otherCpu, stolenCpu: cores('stolen'), cpuMicros: (systemCpu * 1e6) / result.rate };
}
