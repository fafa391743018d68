// Holds the direction of imports in src/, types included, and that no files import each other in a circle. Exits 1 naming each breach.
//
// Read from the sources: the usual tools need the JS API of TypeScript up to 6, or see only what is left after compilation, where an
// import of a type over the back fence is gone.
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path/posix';

// From the top down: each may import those after it.
const layers = 'main service app web metrics notify decide tickets plans runs tenants policy audit contract db'.split(
  ' ',
);
// Leaves that any layer may import, and that import nothing of ours.
const leaves = ['env', 'log', 'secret-key'];
// Programs of their own, beside the layers: nothing imports them, but for the demo agency that main makes at the first start.
const programs = { cli: (layer) => layer !== 'main', demo: (layer) => layer !== 'main' };

const source = new URL('../src/', import.meta.url);
const files = (await readdir(source, { recursive: true }))
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.tsx?$/.test(file));
const imports = new Map(await Promise.all(files.sort().map(async (file) => [file, await importsOf(file)])));
const breaches = [...againstTheArrow(), ...circles()];
for (const breach of breaches) console.error(breach);
if (breaches.length > 0) process.exitCode = 1;
else console.log(`imports: ${files.length} files, one direction, no circles`);

async function importsOf(file) {
  const text = await readFile(new URL(file, source), 'utf8');
  // Prettier gives every import and re-export this form.
  const found = text.matchAll(/^(?:import|export) (?:[^'";]*? from )?'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm);
  return [...found].map((match) => normalize(join(dirname(file), match[1] ?? match[2])));
}

function* againstTheArrow() {
  for (const [file, targets] of imports) {
    for (const target of targets) {
      if (target.startsWith('../')) continue;
      const [from, to] = [moduleOf(file), moduleOf(target)];
      if (from === to || isAllowed(from, to)) continue;
      yield `${file} imports ${target}: ${from} may not import ${to}`;
    }
  }
}

function isAllowed(from, to) {
  if (leaves.includes(to)) return true;
  if (to in programs) return from === 'main' && to === 'demo';
  if (from in programs) return programs[from](to);
  const [rankFrom, rankTo] = [layers.indexOf(from), layers.indexOf(to)];
  // A folder that stands nowhere in the list may not import, so that a new one gets its place.
  return rankFrom !== -1 && rankTo !== -1 && rankFrom < rankTo;
}

/** `decide/facts.ts` → `decide`; `main.ts` → `main`. */
function moduleOf(file) {
  return file.split('/')[0].replace(/\.tsx?$/, '');
}

function* circles() {
  const done = new Set();
  const path = [];
  function* visit(file) {
    if (path.includes(file)) yield `circle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`;
    if (done.has(file) || path.includes(file)) return;
    path.push(file);
    for (const target of imports.get(file) ?? []) yield* visit(target);
    path.pop();
    done.add(file);
  }
  for (const file of imports.keys()) yield* visit(file);
}
