import canonicalize from 'canonicalize';
import { hashLeaf, payloadHash } from '../../audit/entry.ts';
import type { AuditEntry, AuditExportEntry, TripCertificate } from '../../contract/types.ts';
import { checker } from '../../contract/validate.ts';
import type { CostEvent } from './fold.ts';
import { type Amounts, isOverLimit, tripInequality } from './guard.ts';

/** The certificate of a trip, from the entries of the log that its sum rests on, the last of which says that it tripped. */
export function buildCertificate(log: string, entries: AuditExportEntry[]): TripCertificate {
  const last = entries.at(-1)!;
  const trip = JSON.parse(last.payload) as TripPayload;
  return {
    format: 'placet-trip-certificate/v1',
    log,
    root_run_id: trip.root_run_id,
    epoch: trip.epoch,
    ticket_id: trip.event.ticket_id,
    estimate: trip.estimate,
    multiplier: trip.multiplier,
    committed: trip.committed,
    trip: trip.inequality,
    crossing_seq: trip.crossing_seq,
    trip_seq: last.seq,
    entries,
  };
}

/** What was found when a certificate was derived again; `wrong` says the first thing that does not hold. */
export interface CertificateReport {
  valid: boolean;
  wrong: string | null;
  charges: number;
  /** The inequality as it was derived here. */
  inequality: TripCertificate['trip'] | null;
}

/**
 * Derives a trip again from the bytes of the certificate alone: that each entry is what its hash says, that each total
 * follows from the one before, so that no charge is left out, and that the limit was reached at the entry that is named
 * and not before.
 */
export function verifyCertificate(value: unknown): CertificateReport {
  const shape = checkShape(value)[0];
  if (shape) return { valid: false, wrong: `${shape.field || 'it'} ${shape.message}`, charges: 0, inequality: null };
  const certificate = value as TripCertificate;
  const derived = { charges: 0, inequality: null as TripCertificate['trip'] | null };
  try {
    derive(certificate, derived);
    return { valid: true, wrong: null, ...derived };
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return { valid: false, wrong: error.message, ...derived };
  }
}

function derive(
  certificate: TripCertificate,
  derived: { charges: number; inequality: TripCertificate['trip'] | null },
): void {
  const { log, root_run_id, crossing_seq, trip_seq, entries } = certificate;
  const numbers = {
    multiplier: {
      numerator: BigInt(certificate.multiplier.numerator),
      denominator: BigInt(certificate.multiplier.denominator),
    },
    reserved: 0n,
  };
  if (numbers.multiplier.denominator <= 0n) throw new Wrong('The multiplier is no fraction.');
  let committed = 0n;
  let estimate: bigint | null = null;
  let before: Amounts | null = null;
  let seq = -1;
  for (const entry of entries) {
    if (entry.seq <= seq) throw new Wrong(`Entry ${entry.seq} is out of order.`);
    seq = entry.seq;
    const payload = payloadOf(entry, log, root_run_id);
    const { event } = payload;
    if (seq === crossing_seq) before = { ...numbers, committed, estimate };
    if (event.type === 'estimate' || event.type === 'resume') estimate = BigInt(event.pico_usd);
    if (event.type === 'charge' || event.type === 'priced') {
      committed += BigInt(event.pico_usd);
      derived.charges++;
    }
    if (payload.committed !== String(committed))
      throw new Wrong(
        `After entry ${seq} the log says ${payload.committed} pico-USD, and the entries here add up to ${committed}.`,
      );
    if (event.type === 'trip') {
      if (seq !== trip_seq || entry !== entries.at(-1))
        throw new Wrong(`Entry ${seq} is a trip, and not the last entry.`);
      derived.inequality = checkTrip(certificate, payload as TripPayload, { ...numbers, committed, estimate });
      if ((payload as TripPayload).crossing !== 'policy') checkCrossing(crossing_seq, before);
    }
  }
  if (!derived.inequality) throw new Wrong('No entry says that the guard tripped.');
}

function checkTrip(certificate: TripCertificate, payload: TripPayload, amounts: Amounts): TripCertificate['trip'] {
  const inequality = tripInequality(amounts);
  if (!inequality?.holds) throw new Wrong(`${amounts.committed} pico-USD do not reach the limit.`);
  const said = {
    estimate: String(amounts.estimate),
    committed: String(amounts.committed),
    epoch: payload.epoch,
    ticket_id: payload.event.ticket_id,
    multiplier: payload.multiplier,
    trip: inequality,
    crossing_seq: payload.crossing_seq,
  };
  for (const [name, value] of Object.entries(said))
    if (canonicalize(certificate[name as keyof TripCertificate]) !== canonicalize(value))
      throw new Wrong(`/${name} is not what the entries say.`);
  if (canonicalize(payload.inequality) !== canonicalize(inequality)) throw new Wrong('The log has another inequality.');
  return inequality;
}

function checkCrossing(crossingSeq: number, before: Amounts | null): void {
  if (!before) throw new Wrong(`Entry ${crossingSeq}, which reached the limit, is not here.`);
  if (isOverLimit(before)) throw new Wrong(`The limit was reached before entry ${crossingSeq}.`);
}

/** What an entry says, once its bytes are what its hashes say and it is about this run tree. */
function payloadOf(entry: AuditExportEntry, log: string, rootRunId: string): CostPayload {
  const { seq, leaf: text, leaf_hash, payload, salt } = entry;
  if (hashLeaf(Buffer.from(text)).toString('hex') !== leaf_hash)
    throw new Wrong(`The leaf of entry ${seq} is not what its hash says.`);
  const leaf = parse(text, seq) as AuditEntry;
  if (checkLeaf(leaf).length > 0 || canonicalize(leaf) !== text)
    throw new Wrong(`The leaf of entry ${seq} is not that of an entry.`);
  if (payloadHash(Buffer.from(salt, 'hex'), Buffer.from(payload)) !== leaf.payload_hash)
    throw new Wrong(`The payload of entry ${seq} is not what its leaf says.`);
  if (leaf.log !== log || leaf.seq !== seq || leaf.resource !== `run/${rootRunId}`)
    throw new Wrong(`Entry ${seq} is not about this run.`);
  const value = parse(payload, seq) as Partial<CostPayload> | null;
  if (typeof value?.event?.type !== 'string' || value.root_run_id !== rootRunId || typeof value.committed !== 'string')
    throw new Wrong(`Entry ${seq} says nothing about money.`);
  return value as CostPayload;
}

/** Does this entry of a log move the sum that a certificate of the run tree rests on? Used to find one that was left out. */
export function isCostEntry(entry: Pick<AuditExportEntry, 'leaf' | 'payload'>, rootRunId: string): boolean {
  if (!entry.leaf.includes(JSON.stringify(`run/${rootRunId}`))) return false;
  const { event, root_run_id } = JSON.parse(entry.payload) as Partial<CostPayload>;
  return (
    root_run_id === rootRunId && event !== undefined && ['estimate', 'charge', 'priced', 'resume'].includes(event.type)
  );
}

interface CostPayload {
  event: CostEvent;
  root_run_id: string;
  epoch: number;
  committed: string;
}

interface TripPayload extends CostPayload {
  event: Extract<CostEvent, { type: 'trip' }>;
  crossing: 'charge' | 'estimate' | 'policy';
  crossing_seq: number;
  estimate: string;
  multiplier: TripCertificate['multiplier'];
  inequality: TripCertificate['trip'];
}

class Wrong extends Error {}

function parse(text: string, seq: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Wrong(`Entry ${seq} is not JSON.`);
  }
}

const checkShape = checker('cost.json#/$defs/trip_certificate');
const checkLeaf = checker('audit-entry.json');
