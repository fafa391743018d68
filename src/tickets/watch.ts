import { EventEmitter } from 'node:events';
import type { Batch } from '../audit/view.ts';
import type { TicketRow } from './tables.ts';
import { ticketTable } from './tables.ts';

/** Lets requests wait for a ticket to change. */
export interface Watch {
  /** To be told of each commit of this node. */
  onCommit(batch: Batch): void;
  /**
   * Waits for a change of the ticket, or for what cannot be seen from here: another node's commit, found by looking again.
   * @returns when there may be something new, the time is over or the signal is aborted
   */
  change(tenant: string, ticketId: string, waitMs: number, signal: AbortSignal): Promise<void>;
}

/** How often a waiter looks for other nodes' writes, in milliseconds. */
const LOOK_AGAIN_MS = 1000;

export function createWatch(): Watch {
  const events = new EventEmitter();
  events.setMaxListeners(0);
  return {
    onCommit(batch) {
      for (const { table, row } of batch.changes.values())
        if (table.name === ticketTable.name) events.emit(`${batch.log}/${(row as TicketRow).ticket_id}`);
    },
    change(tenant, ticketId, waitMs, signal) {
      return new Promise((resume) => {
        const name = `${tenant}/${ticketId}`;
        const done = () => {
          clearTimeout(timer);
          events.off(name, done);
          signal.removeEventListener('abort', done);
          resume();
        };
        const timer = setTimeout(done, Math.min(waitMs, LOOK_AGAIN_MS));
        events.once(name, done);
        signal.addEventListener('abort', done, { once: true });
        if (signal.aborted) done();
      });
    },
  };
}
