import type { Role, TicketState, TicketType } from '../contract/types.ts';
import type { Caller } from '../tenants/tokens.ts';

/** Lists that people come back to, by name in the URL. */
export const VIEWS = ['all', 'red-flags', 'mine', 'my-roles', 'client', 'stale', 'breached', 'uncovered'] as const;
export type View = (typeof VIEWS)[number];

export interface InboxFilter {
  view: View;
  /** Undefined: those that wait for someone. */
  state?: TicketState | 'any' | undefined;
  type?: TicketType | undefined;
  vertical?: string | undefined;
  platform?: string | undefined;
  requester?: string | undefined;
  /** Where the page before ended. */
  after?: { harm: string; due: string; number: number; tenant: string } | undefined;
  limit: number;
}

/** Who looks, as far as the views depend on it. */
export interface Viewer {
  id: string;
  roles: Role[];
}

/** Who looks, in one of the tenants that they see. */
export interface Desk {
  tenant: string;
  caller: Caller;
}

/** What the row of a list shows. The whole ticket is a hundred times that. */
export interface InboxRow {
  tenant: string;
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
  uncovered: boolean;
  /** Who works on it now. */
  claimed_by: string | null;
  harm_at: string;
  due_at: string;
  resolved_at: string | null;
  revision: number;
  subject_hash: string;
  /** Of the same shape: the same type, action and changed fields. */
  shape: string;
}

/** A ticket that stood still for so long is stale. */
export const STALE_HOURS = 48;
