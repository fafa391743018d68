// Every decision case through OPA itself and through the shipped WASM: the answers must be deep-equal, and what the case expects.
// One OPA process an entrypoint, so that the whole run takes a second or two.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import opaWasm from '@open-policy-agent/opa-wasm';
import { loadCases, seenOf } from '../test/policy/load-cases.mjs';
import { fail, findTool, root } from './policy-opa.mjs';

const cases = loadCases();
const byOpa = evaluateByOpa(cases);
const policy = opaWasm.loadPolicySync(readFileSync(join(root, 'policies/bundle/policy.wasm')));
policy.setData(JSON.parse(readFileSync(join(root, 'policies/bundle/data.json'), 'utf8')));

const problems = cases.flatMap((one, i) => {
  const where = `${one.file} / ${one.name}`;
  const byWasm = evaluateByWasm(one, where);
  if (!byWasm) return [`${where}: WASM gives no answer`];
  if (!isDeepStrictEqual(byOpa[i], byWasm)) {
    return [`${where}: OPA and WASM differ\n  OPA  ${JSON.stringify(byOpa[i])}\n  WASM ${JSON.stringify(byWasm)}`];
  }
  const seen = seenOf(byOpa[i]);
  const wrong = Object.keys(one.expect).filter((key) => !isDeepStrictEqual(seen[key], one.expect[key]));
  return wrong.map(
    (key) => `${where}: ${key} is ${JSON.stringify(seen[key])}, expected ${JSON.stringify(one.expect[key])}`,
  );
});
for (const problem of problems) console.error(problem);
if (problems.length > 0) fail(`${problems.length} of ${cases.length} cases disagree.`);
console.log(`${cases.length} cases: OPA and WASM give the same answers`);

function evaluateByWasm({ input, entrypoint }, where) {
  try {
    return policy.evaluate(input, entrypoint)[0]?.result;
  } catch (thrown) {
    // The SDK throws bare strings.
    return fail(`${where}: WASM aborts: ${thrown?.message ?? thrown}`);
  }
}

// `opa exec` takes one decision path and evaluates each file on its own. (One query that loops over the inputs with `with input as`
// was tried: in OPA 1.22.2 some of them then come out as the default.)
function evaluateByOpa(list) {
  const dir = mkdtempSync(join(tmpdir(), 'placet-parity-'));
  const answers = [];
  try {
    for (const entrypoint of new Set(list.map((one) => one.entrypoint))) {
      const inputs = join(dir, entrypoint.replaceAll('/', '-'));
      mkdirSync(inputs);
      list.forEach((one, i) => {
        if (one.entrypoint === entrypoint) writeFileSync(join(inputs, `${i}.json`), JSON.stringify(one.input));
      });
      const { status, stdout, stderr } = spawnSync(
        findTool('opa'),
        ['exec', '--bundle', 'policies/rego', '--decision', entrypoint, '--log-level', 'error', inputs],
        { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
      );
      if (status !== 0) fail(`opa exec failed: ${stdout}${stderr}`);
      for (const { path, result, error } of JSON.parse(stdout).result) {
        if (error) fail(`${path}: ${JSON.stringify(error)}`);
        answers[Number.parseInt(basename(path), 10)] = result;
      }
    }
    return answers;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
