import { describe, expect, test } from 'vitest';
import { EnvError, readEnv } from '../src/env.ts';

describe('readEnv', () => {
  test('has a default for everything that needs one', () => {
    expect(readEnv({})).toEqual({
      PORT: 8080,
      HOST: '127.0.0.1',
      PLACET_DATA_DIR: '.placet',
      PLACET_DEMO: 'on',
      PLACET_MAIL_FROM: 'Placet <placet@localhost>',
      LOG_LEVEL: 'info',
      NODE_ENV: 'production',
    });
  });

  test('takes what is set, and an empty variable as absent', () => {
    const env = readEnv({ PORT: '9000', HOST: '', DATABASE_URL: 'postgresql://db/placet', OTHER: 'x' });
    expect(env).toMatchObject({ PORT: 9000, HOST: '127.0.0.1', DATABASE_URL: 'postgresql://db/placet' });
    expect(env).not.toHaveProperty('OTHER');
  });

  test.each([
    { variable: 'PORT', value: '80a' },
    { variable: 'PORT', value: '65536' },
    { variable: 'DATABASE_URL', value: 'mysql://u:hunter2@db/placet' },
    { variable: 'DATABASE_URL', value: 'hunter2' },
    { variable: 'PLACET_PUBLIC_URL', value: 'ftp://placet.example' },
    { variable: 'LOG_LEVEL', value: 'loud' },
  ])('refuses $variable=$value by name, without repeating it', ({ variable, value }) => {
    const read = () => readEnv({ [variable]: value });
    expect(read).toThrow(EnvError);
    expect(read).toThrow(new RegExp(`^${variable}: `));
    expect(read).not.toThrow(value);
  });

  test('names every wrong variable at once', () => {
    expect(() => readEnv({ PORT: '-1', LOG_LEVEL: 'loud' })).toThrow(/PORT: .*\nLOG_LEVEL: /);
  });
});
