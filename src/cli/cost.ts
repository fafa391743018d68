import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { Bad, readLines } from '../audit/lines.ts';
import type { AuditExportEntry, TripCertificate } from '../contract/types.ts';
import { isCostEntry, verifyCertificate } from '../runs/cost/certificate.ts';
import { usdOf } from '../runs/prices/amount.ts';
import { CommandError, EXIT, type ExitCode, type Io, print, printJson } from './io.ts';

export function addCostCommands(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('cost')
    .description('The Cost Guard')
    .command('verify-certificate')
    .description('derive a trip again from its certificate, offline: 0 when it follows, 1 when anything does not')
    .argument('<file>', 'of GET /v1/runs/{id}/cost-guard/certificate')
    .option('--export <file>', 'audit export of the log: each entry must stand in it, and none may have been left out')
    .option('--json', 'print JSON')
    .action(async (file: string, options: { export?: string; json?: true }) => {
      const certificate = await readCertificate(file);
      const report = verifyCertificate(certificate);
      const compared = report.valid && options.export !== undefined ? await compare(certificate, options.export) : null;
      const wrong = report.wrong ?? compared?.wrong ?? null;
      if (options.json) printJson(io, { ...report, valid: wrong === null, wrong, compared: compared?.entries ?? null });
      else if (wrong === null) printValid(io, certificate, report.charges, compared?.entries);
      else print(io, `BAD: ${wrong}`);
      end(wrong === null ? EXIT.ok : EXIT.failed);
    });
}

async function readCertificate(file: string): Promise<TripCertificate> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as TripCertificate;
  } catch (error) {
    if (error instanceof SyntaxError) throw new CommandError(`${file} is not JSON: ${error.message}`);
    throw error;
  }
}

/** Holds the certificate against an export of the log. That the export is whole and anchored is for `audit verify` to say. */
async function compare(certificate: TripCertificate, file: string): Promise<{ wrong: string | null; entries: number }> {
  const wanted = new Map(certificate.entries.map((entry) => [entry.seq, entry]));
  let here = false;
  let multiplier: string | null = null;
  let entries = 0;
  try {
    for await (const line of readLines(createReadStream(file))) {
      const value = JSON.parse(line) as (AuditExportEntry & { format?: undefined }) | { format: string; log: string };
      if (value.format !== undefined) {
        here = value.log === certificate.log;
        continue;
      }
      if (!here || value.seq > certificate.trip_seq) continue;
      multiplier = multiplierIn(value) ?? multiplier;
      const mine = wanted.get(value.seq);
      if (mine && (mine.leaf !== value.leaf || mine.payload !== value.payload || mine.tip !== value.tip))
        return { wrong: `Entry ${value.seq} of the log is another one.`, entries };
      if (!mine && isCostEntry(value, certificate.root_run_id))
        return { wrong: `Entry ${value.seq} of the log moves the sum, and the certificate leaves it out.`, entries };
      if (mine) entries++;
    }
  } catch (error) {
    if (error instanceof Bad || error instanceof SyntaxError)
      return { wrong: `The export cannot be read: ${error.message}`, entries };
    throw error;
  }
  if (entries !== wanted.size)
    return { wrong: `${wanted.size - entries} entries of the certificate are not in the export.`, entries };
  const { numerator, denominator } = certificate.multiplier;
  if (multiplier !== null && Number(numerator) / Number(denominator) !== Number(multiplier))
    return { wrong: `The configuration in force had the multiplier ${multiplier}.`, entries };
  return { wrong: null, entries };
}

/** The multiplier that an entry puts in force, if it is one that does. */
function multiplierIn({ leaf, payload }: AuditExportEntry): string | null {
  if (!/"action":"(?:tenant\.created|config\.replaced)"/.test(leaf)) return null;
  const { config } = JSON.parse(payload) as { config?: { cost_guard_policy?: { trip_multiplier?: number } } };
  const multiplier = config?.cost_guard_policy?.trip_multiplier;
  return multiplier === undefined ? null : String(multiplier);
}

function printValid(io: Io, certificate: TripCertificate, charges: number, compared: number | undefined): void {
  const { root_run_id, epoch, estimate, committed, multiplier, trip, crossing_seq, ticket_id, log } = certificate;
  print(io, `${log}: run ${root_run_id}, epoch ${epoch}, ${ticket_id}`);
  print(
    io,
    `  ${charges} charges add up to ${committed} pico-USD (${usdOf(BigInt(committed))} USD), against an estimate of ${estimate} (${usdOf(BigInt(estimate))} USD)`,
  );
  print(
    io,
    `  × ${multiplier.denominator} and × ${multiplier.numerator}: ${trip.left} ${trip.relation} ${trip.right}, reached at entry ${crossing_seq}`,
  );
  if (compared === undefined) print(io, '  OK by its own bytes; with --export it is held against the log as well');
  else print(io, `  OK, and its ${compared} entries stand in the export, with none left out`);
}
