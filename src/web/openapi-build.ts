import { openapi } from './openapi.ts';

// Writes docs/openapi.json; with `--check` only compares, and exits 1 on a difference. From the built program, since what
// is written is what GET /openapi.json answers.

const { golden } = (await import(new URL('../../scripts/golden.mjs', import.meta.url).href)) as {
  golden(path: string, text: string, command: string): Promise<void>;
};
await golden('docs/openapi.json', JSON.stringify(openapi), 'npm run openapi:build');
