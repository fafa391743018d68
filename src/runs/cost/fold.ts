import type { AccountRow } from './tables.ts';

// What each entry of the log does to the account of its run tree. The commands use it to write the account, a replay uses
// it to make the account from the log alone, and both must give the same bytes.

/** What the payload of a cost entry says. Amounts are decimal text of whole pico-USD. */
export type CostEvent =
  | { type: 'estimate'; version: number; pico_usd: string }
  | { type: 'hold'; pico_usd: string }
  /** `pico_usd` may be below zero; `reserved` is by how much what is reserved changes; `closes`: the hold is settled. */
  | { type: 'charge'; pico_usd: string; reserved: string; closes: boolean }
  | { type: 'release'; reserved: string }
  | { type: 'unpriced' }
  | { type: 'priced'; pico_usd: string; reserved: string; closes: boolean }
  | { type: 'conflict' }
  | { type: 'trip'; ticket_id: string }
  | { type: 'resume'; version: number; pico_usd: string }
  | { type: 'abort' };

/** The account of a run tree of which nothing is known yet. */
export function newAccount(rootRunId: string): AccountRow {
  return {
    root_run_id: rootRunId,
    state: 'open',
    epoch: 1,
    estimate_version: 0,
    first_estimate: null,
    estimate: null,
    committed: '0',
    reserved: '0',
    admissions: 0,
    open_holds: 0,
    charges: 0,
    unpriced: 0,
    conflicts: 0,
    tripped_at: null,
    trip_seq: null,
    ticket_id: null,
    updated_seq: 0,
  };
}

/** @param seq position of the entry that says it, @param at its time */
export function foldCost(account: AccountRow, event: CostEvent, seq: number, at: string): AccountRow {
  return { ...account, ...changeOf(account, event, seq, at), updated_seq: seq };
}

function changeOf(account: AccountRow, event: CostEvent, seq: number, at: string): Partial<AccountRow> {
  switch (event.type) {
    case 'estimate':
      return estimated(account, event);
    case 'hold':
      return {
        reserved: plus(account.reserved, event.pico_usd),
        admissions: account.admissions + 1,
        open_holds: account.open_holds + 1,
      };
    case 'charge':
      return charged(account, event);
    case 'release':
      return { reserved: plus(account.reserved, event.reserved), open_holds: account.open_holds - 1 };
    case 'unpriced':
      return { unpriced: account.unpriced + 1 };
    case 'priced':
      return { ...charged(account, event), unpriced: account.unpriced - 1 };
    case 'conflict':
      return { conflicts: account.conflicts + 1 };
    case 'trip':
      return { state: 'tripped', tripped_at: at, trip_seq: seq, ticket_id: event.ticket_id };
    case 'resume':
      // What was spent stays spent: only what it is measured against is new.
      return { ...estimated(account, event), state: 'open', epoch: account.epoch + 1 };
    case 'abort':
      return { state: 'aborted' };
  }
}

function estimated(account: AccountRow, { version, pico_usd }: { version: number; pico_usd: string }) {
  return { estimate_version: version, estimate: pico_usd, first_estimate: account.first_estimate ?? pico_usd };
}

function charged(account: AccountRow, event: { pico_usd: string; reserved: string; closes: boolean }) {
  return {
    committed: plus(account.committed, event.pico_usd),
    reserved: plus(account.reserved, event.reserved),
    charges: account.charges + 1,
    open_holds: account.open_holds - (event.closes ? 1 : 0),
  };
}

function plus(one: string, other: string): string {
  return String(BigInt(one) + BigInt(other));
}
