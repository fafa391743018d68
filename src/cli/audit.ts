import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { AnchorError } from '../audit/anchors.ts';
import { exportLog } from '../audit/export.ts';
import { listLogs } from '../audit/queries.ts';
import { type LogReport, type VerifyReport, verifyExport } from '../audit/verify.ts';
import type { Sql } from '../db/postgres.ts';
import { loadPolicy } from '../policy/policy.ts';
import { BUNDLE } from '../service.ts';
import { parseAnchor, parseTip, readReceipts } from './anchors.ts';
import { withSql } from './database.ts';
import { CommandError, EXIT, type ExitCode, type Io, UsageError, note, print, printJson } from './io.ts';
import { tenantId } from './tenant.ts';

export function addAuditCommands(program: Command, io: Io, end: (code: ExitCode) => void): void {
  const audit = program.command('audit').description('The tamper-evident log');

  audit
    .command('export')
    .description('write logs as JSON Lines, with everything that an offline verification needs')
    .option('--tenant <id>', 'one log')
    .option('--all', 'every log of the database')
    .option('--out <file>', 'where to (without: standard output)')
    .action(async (options: { tenant?: string; all?: true; out?: string }) => {
      if ((options.tenant === undefined) === (options.all === undefined))
        throw new UsageError('say --tenant <id> or --all');
      const entries = await withSql(io, async (sql) => {
        const logs = options.tenant === undefined ? await listLogs(sql) : [tenantId(options.tenant)];
        const lines = Readable.from(exportLogs(sql, logs, io.now()));
        if (options.out === undefined) await pipeline(lines, io.stdout, { end: false });
        else await writeWhole(lines, options.out);
        return logs.length;
      });
      if (options.out !== undefined) note(io, `${entries === 1 ? 'One log' : `${entries} logs`} in ${options.out}.`);
    });

  audit
    .command('verify')
    .description(
      'check an export offline; exit code 0 only when anchors pin it, 1 when something is bad, 3 when it is consistent but not anchored',
    )
    .argument('<file>', 'of placet audit export')
    .option('--receipt <file>', 'decisions, receipts or heads kept elsewhere, as JSON or JSON Lines', gather, [])
    .option('--anchor <[log/]seq:hash>', 'tip of an entry, or its leaf hash, which pins that entry only', gather, [])
    .option('--tip <[log/]hash>', 'a tip that the log once had', gather, [])
    .option('--replay', 'also run the decisions of the revision at hand again, and compare')
    .option('--json', 'print JSON')
    .action(async (file: string, options: VerifyCommandOptions) => {
      const receipts = await Promise.all(options.receipt.map(readReceipts));
      const anchors = [...receipts.flat(), ...options.anchor.map(parseAnchor), ...options.tip.map(parseTip)];
      const replay = options.replay ? await loadPolicy(BUNDLE) : undefined;
      const report = await verifyExport(createReadStream(file), { anchors, replay }).catch((error: unknown) => {
        throw error instanceof AnchorError ? new UsageError(error.message) : error;
      });
      if (options.json) printJson(io, report);
      else printReport(io, report, options.replay === true);
      end({ ok: EXIT.ok, unanchored: EXIT.unanchored, bad: EXIT.failed }[report.status]);
    });
}

interface VerifyCommandOptions {
  receipt: string[];
  anchor: string[];
  tip: string[];
  replay?: true;
  json?: true;
}

function gather(value: string, before: string[]): string[] {
  return [...before, value];
}

async function* exportLogs(sql: Sql, logs: string[], exportedAt: Date): AsyncGenerator<string, void, void> {
  for (const log of logs) {
    const lines = await exportLog(sql, log, exportedAt);
    if (!lines) throw new CommandError(`there is no log ${log}`);
    yield* lines;
  }
}

/** Under its name only when complete: half an export would look like a truncated log. Payloads are nobody else's business. */
async function writeWhole(lines: Readable, file: string): Promise<void> {
  const partial = `${file}.partial`;
  try {
    await pipeline(lines, createWriteStream(partial, { mode: 0o600 }));
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

function printReport(io: Io, report: VerifyReport, replayed: boolean): void {
  const { bad } = report;
  for (const log of report.logs) if (log.log !== bad?.log) printLog(io, log, replayed);
  if (!bad) return;
  const where = [bad.log && `log ${bad.log}`, bad.seq !== null && `entry ${bad.seq}`, `line ${bad.line}`];
  print(io, `BAD: ${where.filter(Boolean).join(', ')}: ${bad.message} (${bad.code})`);
}

function printLog(io: Io, log: LogReport, replayed: boolean): void {
  const last = log.entries - 1;
  const through = log.anchored_through;
  print(io, `${log.log}: ${log.entries} ${log.entries === 1 ? 'entry' : 'entries'}, tip ${log.tip}`);
  print(io, '  checked: order, leaves and their canonical form, payloads, chain, head');
  if (replayed)
    print(
      io,
      `  replayed: ${log.decisions_replayed} decisions, the same answers; ${log.decisions_of_other_revisions} are of other revisions`,
    );
  if (log.entries_pinned > 0) print(io, `  pinned by their leaf hash: ${log.entries_pinned}`);
  if (through === null)
    print(
      io,
      '  consistent, but not anchored: removal of the newest entries, or a log written anew, cannot be excluded',
    );
  else if (through === last) print(io, `  OK: anchored through entry ${through}, the last`);
  else
    print(
      io,
      `  OK through entry ${through}, where the last anchor is. Entries ${through + 1} to ${last} are consistent, but not anchored: removal of the newest entries cannot be excluded`,
    );
}
