import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

/**
 * The service's logger: JSON lines on standard error or `destination`, times in ISO 8601. Secrets are replaced before a line is written, whatever
 * the depth of the object that carries them up to three levels.
 */
export function createLog(
  level: string,
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretPaths(), censor: '[secret]' },
  };
  return pino(options, destination);
}

const secretKeys = ['authorization', 'cookie', 'token', 'password', 'secret', 'DATABASE_URL'];

function secretPaths(): string[] {
  return secretKeys.flatMap((key) => ['', '*.', '*.*.'].map((depth) => `${depth}${key}`));
}
