import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog } from '../src/log.ts';

test('no secret reaches the log, at the top or inside what is logged', () => {
  const lines: string[] = [];
  const log = createLog('info', new Writable({ write: (chunk, _, done) => (lines.push(String(chunk)), done()) }));
  log.info({ token: 's3cret' }, 'created');
  log.info({ headers: { authorization: 'Bearer s3cret', cookie: 's3cret', host: 'placet.example' } }, 'asked');
  log.info({ req: { headers: { authorization: 'Bearer s3cret' } } }, 'asked');
  log.info({ env: { DATABASE_URL: 'postgres://u:s3cret@db/placet', password: 's3cret' } }, 'started');
  log.error({ err: Object.assign(new Error('refused'), { password: 's3cret' }) }, 'failed');
  expect(lines.join('')).not.toContain('s3cret');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    'created',
    'asked',
    'asked',
    'started',
    'failed',
  ]);
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({
    level: 'info',
    headers: { host: 'placet.example', authorization: '[secret]' },
  });
});
