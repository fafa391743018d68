import type { Writable } from 'node:stream';
import { Problem } from '../contract/problem.ts';
import { DatabaseError } from '../db/postgres.ts';
import { EnvError } from '../env.ts';

/** What a command touches of the world, besides the database and the files that it is told. */
export interface Io {
  env: Record<string, string | undefined>;
  stdout: Writable;
  stderr: Writable;
  now(): Date;
}

export const EXIT = { ok: 0, failed: 1, usage: 2, unanchored: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command line asks for something that makes no sense. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Something was found wrong: the message says it all. */
export class CommandError extends Error {
  override name = 'CommandError';
}

export function print(io: Io, text: string): void {
  io.stdout.write(`${text}\n`);
}

export function printJson(io: Io, value: unknown): void {
  print(io, JSON.stringify(value, null, 2));
}

/** Notes for who reads along, apart from the output that a script takes. */
export function note(io: Io, text: string): void {
  io.stderr.write(`${text}\n`);
}

/** Rows under a header, in columns as wide as they need. Null is a dash. */
export function printTable(io: Io, columns: string[], rows: Record<string, unknown>[]): void {
  const cells = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  for (const line of cells)
    print(
      io,
      line
        .map((text, i) => text.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    );
}

/** Says on standard error what went wrong, and gives the exit code. */
export function reportError(io: Io, error: unknown): ExitCode {
  if (error instanceof UsageError || error instanceof EnvError) {
    note(io, `placet: ${error.message}`);
    return EXIT.usage;
  }
  if (error instanceof Problem) {
    note(io, `placet: ${error.message} (${error.code})`);
    if (error.cause) note(io, String(error.cause));
    return EXIT.failed;
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  // Table unknown: nothing has ever run on this database.
  if (code === '42P01') note(io, 'placet: the database is not one of Placet, or Placet has never run on it');
  else if (error instanceof CommandError || error instanceof DatabaseError || code !== undefined)
    note(io, `placet: ${(error as Error).message}`);
  else note(io, `placet: ${error instanceof Error ? error.stack : String(error)}`);
  return EXIT.failed;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  return Array.isArray(value) ? value.join(',') || '-' : String(value);
}
