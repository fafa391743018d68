import type { CommentRow, TicketRow } from '../../tickets/tables.ts';
import type { Ask } from './asks.ts';
import type { Offer } from './less.tsx';
import type { PortalFrame } from './visit-portal.ts';

/** An answer that did not count. */
export interface Refused {
  status: 400 | 403 | 409 | 422;
  code: string;
  /** The form as it was written. */
  written?: URLSearchParams;
  /** Where less was agreed to in a way that cannot be. */
  pointer?: string | undefined;
  /** What its author wrote, so that it is not lost. */
  kept?: string | undefined;
  /** Which revision its author saw. */
  revision?: number | undefined;
}

/** What the page of a request shows. */
export interface RequestView {
  row: TicketRow;
  ask: Ask;
  /** What the request asked for when the author of a refused answer saw it. */
  seen: Ask | null;
  currency: string | null;
  /** Of what less can be agreed to. */
  offers: Offer[];
  choices: { approve: boolean; reject: boolean; request_changes: boolean; objects: boolean };
  comments: Pick<CommentRow, 'seq' | 'author_id' | 'body' | 'attachments' | 'created_at'>[];
  /** How many more there are, which a page cannot carry. */
  earlier: number;
  /** Names of those on the client's side who said something, by id. */
  people: Map<string, string>;
  done: string | null;
  refused: Refused | null;
  frame: PortalFrame;
}
