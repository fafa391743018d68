// Goldens: files that are generated and committed. With `--check` on the command line nothing is written.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

/**
 * Writes `text` to `path` (relative to the project), formatted where prettier knows the kind of file. In `--check` mode
 * compares instead, names the first differing line and the command that brings the file up to date, and sets exit code 1.
 */
export async function golden(path, text, command) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const wanted = path.endsWith('.sql') ? text : await format(text, { ...(await resolveConfig(file)), filepath: file });
  const present = await readFile(file, 'utf8').catch(() => '');
  if (wanted === present) return console.log(`${path}: up to date`);
  if (process.argv.includes('--check')) {
    const [a, b] = [present.split('\n'), wanted.split('\n')];
    const line = a.findIndex((text, index) => text !== b[index]);
    const at = line === -1 ? a.length - 1 : line;
    console.error(`${path}:${at + 1}: stale, run \`${command}\`\n  is:     ${a[at] ?? ''}\n  should: ${b[at] ?? ''}`);
    process.exitCode = 1;
    return;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, wanted);
  console.log(`${path}: written`);
}
