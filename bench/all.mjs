// `npm run bench`: the peers, then runs, then the pages. With options, which are those of the first, only that one.
import { spawnSync } from 'node:child_process';

const options = process.argv.slice(2);
const parts = options.length > 0 ? ['main.mjs'] : ['main.mjs', 'runs.mjs', 'pages.mjs'];
for (const part of parts) {
  console.log(`\n=== bench/${part}`);
  const { status } = spawnSync(process.execPath, [new URL(part, import.meta.url).pathname, ...options], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
