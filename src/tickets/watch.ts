import { EventEmitter } from 'node:events';
import type { Batch } from '../audit/view.ts';
import type { TicketRow } from './tables.ts';
import { ticketTable } from './tables.ts';

/** Lets requests wait for a ticket, or for a tenant's log, to change. */
export interface Watch {
  /** To be told of each commit of this node. */
  onCommit(batch: Batch): void;
  /**
   * Waits for a change of the ticket, or for what cannot be seen from here: another node's commit, found by looking again.
   * @returns when there may be something new, the time is over or the signal is aborted
   */
  change(tenant: string, ticketId: string, waitMs: number, signal: AbortSignal): Promise<void>;
  /** Like {@link change}, for entries of the tenant's log that are more than decisions. */
  news(tenant: string, waitMs: number, signal: AbortSignal): Promise<void>;
  /** Calls back for each commit with {@link news} of any tenant, with the size that its log has then. */
  onNews(listener: (tenant: string, size: number) => void): () => void;
}

/** How often a waiter looks for other nodes' writes, in milliseconds. */
const LOOK_AGAIN_MS = 1000;

export function createWatch(): Watch {
  const events = new EventEmitter();
  events.setMaxListeners(0);

  function wait(name: string, waitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resume) => {
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
  }

  return {
    onCommit(batch) {
      for (const { table, row } of batch.changes.values())
        if (table.name === ticketTable.name) events.emit(`ticket ${batch.log}/${(row as TicketRow).ticket_id}`);
      if (!batch.entries.some(isNews)) return;
      events.emit('news', batch.log, batch.size);
      events.emit(`news ${batch.log}`);
    },
    change: (tenant, ticketId, waitMs, signal) => wait(`ticket ${tenant}/${ticketId}`, waitMs, signal),
    news: (tenant, waitMs, signal) => wait(`news ${tenant}`, waitMs, signal),
    onNews(listener) {
      events.on('news', listener);
      return () => events.off('news', listener);
    },
  };
}

/** Decisions wake nobody: they are nearly all of a log, and a ticket that one opens is an entry of its own. Nor does telling of it. */
function isNews({ action }: { action: string }): boolean {
  return action !== 'decision.made' && !action.startsWith('delivery.');
}
