// Medians of the turns, as a table and as ratios.
const NAMES = {
  placet: 'Placet, durable log before the answer',
  'opa-logs': 'OPA, console decision logs',
  opa: 'OPA, no logs',
  'cerbos-audit': 'Cerbos, audit log',
  cerbos: 'Cerbos, no audit log',
};
const FIGURES = ['rate', 'p50', 'p90', 'p99', 'max', 'cpuMicros', 'generatorCpu', 'otherCpu', 'stolenCpu'];

/** One row for each system and load: the median of each figure over the turns that were not disturbed, or over all if there is none. */
export function summarize(turns) {
  const groups = Map.groupBy(turns, (turn) => [turn.system, turn.questions, turn.tenants, turn.connections].join(' '));
  return [...groups.values()].map((group) => {
    const { system, questions, tenants, connections } = group[0];
    const quiet = group.filter((turn) => !turn.disturbed);
    const counted = quiet.length > 0 ? quiet : group;
    const figures = FIGURES.map((figure) => [figure, median(counted.map((turn) => turn[figure]))]);
    return {
      system,
      questions,
      tenants,
      connections,
      turns: counted.length,
      disturbed: quiet.length === 0,
      ...Object.fromEntries(figures),
    };
  });
}

/** The rows as a Markdown table. */
export function printTable(summary) {
  console.log(
    '\n| | questions | tenants | connections | decisions/s | p50 ms | p90 ms | p99 ms | max ms | CPU µs/decision | |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|---|');
  for (const row of ordered(summary)) {
    const latencies = [row.p50, row.p90, row.p99, row.max].map((ms) => ms.toFixed(2));
    const cells = [
      NAMES[row.system],
      row.questions,
      row.tenants,
      row.connections,
      Math.round(row.rate).toLocaleString('en'),
    ];
    const note = row.disturbed ? 'disturbed' : '';
    console.log(
      `| ${[...cells, ...latencies, row.cpuMicros === undefined ? '' : Math.round(row.cpuMicros), note].join(' | ')} |`,
    );
  }
}

/** Placet at each of its loads against each of the others at as many connections. */
export function printRatios(summary) {
  const rows = ordered(summary);
  const others = rows.filter((row) => row.system !== 'placet');
  if (others.length === 0 || others.length === rows.length) return;
  console.log('\n| Placet, tenants | questions | connections | against | rate | p99 |');
  console.log('|---|---|---|---|---|---|');
  for (const ours of rows.filter((row) => row.system === 'placet'))
    for (const other of others.filter((row) => row.connections === ours.connections)) {
      const rate = `${(ours.rate / other.rate).toFixed(2)}×`;
      const p99 = `${ours.p99.toFixed(1)} ms to ${other.p99.toFixed(1)} ms`;
      const note = ours.disturbed || other.disturbed ? ' (disturbed)' : '';
      const cells = [ours.tenants, ours.questions, ours.connections, NAMES[other.system], rate + note, p99];
      console.log(`| ${cells.join(' | ')} |`);
    }
}

function ordered(summary) {
  const order = Object.keys(NAMES);
  return summary.toSorted(
    (a, b) =>
      a.questions.localeCompare(b.questions) ||
      a.tenants - b.tenants ||
      a.connections - b.connections ||
      order.indexOf(a.system) - order.indexOf(b.system),
  );
}

function median(values) {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  if (known.length === 0) return undefined;
  const middle = known.length >> 1;
  return known.length % 2 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
}
