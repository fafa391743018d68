// Everything that must hold before policy is committed: format, types against the schemas, lint, codes, tests with full coverage, and
// a bundle that is current. `node scripts/policy-check.mjs [step …]` runs only the steps named.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, staleFiles } from './policy-build.mjs';
import { docsAreStale } from './policy-docs.mjs';
import { fail, findTool, root } from './policy-opa.mjs';

const sources = 'policies/rego';
const tests = 'test/policy/rego';

const steps = {
  format() {
    const { stdout, stderr, status } = run('opa', ['fmt', '--list', '--fail', sources, tests]);
    return status === 0 ? 'opa fmt' : problem(`not formatted, run opa fmt -w:\n${stdout}${stderr}`);
  },

  // A field that the schema does not have is a type error, so a typo in `input.facts.…` cannot silently be undefined.
  types() {
    const dir = mkdtempSync(join(tmpdir(), 'placet-schemas-'));
    try {
      for (const file of readdirSync(join(root, 'schemas'))) {
        writeFileSync(join(dir, file), JSON.stringify(selfContained(file)));
      }
      const check = (...paths) =>
        run('opa', ['check', '--strict', '--schema', dir, '--capabilities', 'policies/capabilities.json', ...paths]);
      const checked = check(sources);
      if (checked.status !== 0) return problem(checked.stderr || checked.stdout);
      const typo = join(dir, 'typo.rego');
      writeFileSync(typo, typoPolicy);
      if (check(typo).status === 0) return problem('a misspelt input field passes: the schemas type nothing any more');
      return 'opa check --strict, input typed by schemas/ (and a misspelt field fails)';
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },

  lint() {
    const { stdout, stderr, status } = run('regal', ['lint', '--config-file', 'policies/regal.yaml', sources, tests]);
    return status === 0 ? stdout.trim().split('\n').at(-1) : problem(`${stdout}${stderr}`);
  },

  // A code is the name of the rule that gives it: `custom.code` and the code in the rule are both `<package>.<rule>` of its path.
  codes() {
    const { stdout, stderr, status } = run('opa', ['inspect', '--annotations', '--format', 'json', sources]);
    if (status !== 0) return problem(stderr);
    const annotated = JSON.parse(stdout).annotations.filter(({ annotations }) => annotations.custom?.code);
    const wrong = annotated.flatMap(({ annotations, location, path }) => {
      const { code } = annotations.custom;
      const rule = path.map(({ value }) => value).join('.');
      const text = readFileSync(join(root, location.file.replace(/^\//, '')), 'utf8');
      const ruleNamed =
        rule === `data.placet.${code}` || rule.startsWith('data.placet.config.') || text.includes(`"${rule}"`);
      return ruleNamed && text.includes(`"${code}"`)
        ? []
        : [`${location.file}:${location.row}: ${code} is not the code of ${rule}`];
    });
    return wrong.length === 0 ? `${annotated.length} codes name their rules` : problem(wrong.join('\n'));
  },

  tests() {
    const args = ['test', sources, tests, '--timeout', '60s', '--capabilities', 'policies/capabilities.json'];
    const { stdout, stderr, status } = run('opa', args);
    if (status !== 0) return problem(`${stdout}${stderr}`);
    const report = run('opa', [...args, '--coverage', '--format', 'json']);
    const { files, coverage } = JSON.parse(report.stdout);
    const uncovered = Object.entries(files)
      .filter(([file, { not_covered: lines }]) => file.startsWith(sources) && lines)
      .map(
        ([file, { not_covered: lines }]) =>
          `${file}: ${lines.map(({ start, end }) => `${start.row}-${end.row}`).join(', ')}`,
      );
    if (uncovered.length > 0) return problem(`lines that no Rego test reaches:\n${uncovered.join('\n')}`);
    return `opa test ${/PASS: \S+/.exec(stdout)?.[0]}, coverage ${coverage} %`;
  },

  bundle() {
    const stale = staleFiles(compile(findTool('opa')));
    return stale.length === 0
      ? 'policies/bundle is current'
      : problem(`policies/bundle is stale (${stale.join(', ')}): run scripts/policy-build.mjs`);
  },

  async docs() {
    return (await docsAreStale())
      ? problem('docs/policy.md is stale: run scripts/policy-docs.mjs')
      : 'docs/policy.md is current';
  },
};

const typoPolicy = `# METADATA
# schemas:
#   - input: schema["decision-input"]
package placet.typo

launched if input.facts.campaing.launched
`;

function run(tool, args) {
  return spawnSync(findTool(tool), args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 27 });
}

function problem(message) {
  return { problem: message.trim() };
}

// OPA reads no references across files: each schema is inlined. What only validates a string's form means nothing to a type.
function selfContained(file, seen = new Map()) {
  const load = (name) => {
    if (!seen.has(name)) seen.set(name, JSON.parse(readFileSync(join(root, 'schemas', name), 'utf8')));
    return seen.get(name);
  };
  const inline = (node, base) => {
    if (Array.isArray(node)) return node.map((item) => inline(item, base));
    if (node === null || typeof node !== 'object') return node;
    if (node.$ref) {
      const [name, pointer] = node.$ref.split('#');
      const target = name || base;
      const found = (pointer ?? '')
        .split('/')
        .filter(Boolean)
        .reduce((at, key) => at[key], load(target));
      return inline(found, target);
    }
    const drop = new Set(['$schema', '$id', '$defs', 'format', 'pattern', 'if', 'then', 'else', 'propertyNames']);
    return Object.fromEntries(
      Object.entries(node).flatMap(([key, value]) => (drop.has(key) ? [] : [[key, inline(value, base)]])),
    );
  };
  return inline(load(file), file);
}

const wanted = process.argv.slice(2);
for (const name of wanted) if (!(name in steps)) fail(`no step ${name}; there are ${Object.keys(steps).join(', ')}`);
let failed = 0;
for (const [name, step] of Object.entries(steps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const result = await step();
  const bad = typeof result === 'object';
  if (bad) failed += 1;
  console.log(`${bad ? 'FAIL' : 'ok  '} ${name.padEnd(7)} ${bad ? result.problem : result}`);
}
if (failed > 0) process.exit(1);
