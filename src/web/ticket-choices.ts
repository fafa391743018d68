import type { TicketState, TicketType } from '../contract/types.ts';

// What a query may ask tickets by. The contract has the words (schemas/common.json); a query needs them as a list.

export const TYPES = ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9'] as const satisfies TicketType[];
export const STATES = [
  'pending',
  'changes_requested',
  'approved',
  'consumed',
  'rejected',
  'expired',
  'superseded',
  'cancelled',
  'revoked',
  'open',
  'acknowledged',
  'resolved',
] as const satisfies TicketState[];
