import type { Role, TicketState, TicketType } from '../contract/types.ts';

/** Lists that people come back to, by name in the URL. */
export const VIEWS = ['all', 'red-flags', 'mine', 'my-roles', 'client', 'stale', 'breached'] as const;
export type View = (typeof VIEWS)[number];

export interface InboxFilter {
  view: View;
  /** Undefined: those that wait for someone. */
  state?: TicketState | 'any' | undefined;
  type?: TicketType | undefined;
  platform?: string | undefined;
  requester?: string | undefined;
  /** Where the page before ended. */
  after?: { due: string; number: number } | undefined;
  limit: number;
}

/** Who looks, as far as the views depend on it. */
export interface Viewer {
  id: string;
  roles: Role[];
}

/** What the row of a list shows. The whole ticket is a hundred times that. */
export interface InboxRow {
  ticket_id: string;
  number: number;
  type: TicketType;
  state: TicketState;
  title: string;
  summary: string;
  platform: string | null;
  requester: string;
  resource: string;
  risk: 'low' | 'medium' | 'high';
  red_flag: boolean;
  waits_for_client: boolean;
  due_at: string;
  resolved_at: string | null;
  revision: number;
}

/** A ticket that stood still for so long is stale. */
export const STALE_HOURS = 48;
