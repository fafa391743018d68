import { defineTable, type Index, joinKey } from '../audit/table.ts';
import type {
  AgreedTerms,
  Attachments,
  ChangeRequest,
  CommentVisibility,
  Principal,
  RaisedFlag,
  Reason,
  Resolution,
  Role,
  TicketSpec,
  TicketState,
  TicketType,
} from '../contract/types.ts';
import type { Difference } from '../plans/differences.ts';
import type { Question } from '../plans/facts.ts';
import type { ClockName, SlaState } from './sla/clock.ts';

/** One verdict as it was cast, with the roles its author held then. */
export interface Vote {
  seq: number;
  revision: number;
  subject_hash: string;
  verdict: 'approve' | 'reject' | 'request_changes' | 'revoke' | 'acknowledge' | 'resolve';
  /** The slot filled; null where the verdict fills none. */
  slot: string | null;
  voter: string;
  roles: Role[];
  comment: string | null;
  /** With `resolve`. */
  resolution?: Resolution;
  at: string;
  /** In whose stead, and with which of their roles. */
  on_behalf_of?: { person: string; roles: Role[] };
  /** What a resubmission must satisfy. */
  changes?: ChangeRequest[];
  /** Tighter terms than asked for, as they were proven to be. */
  terms?: AgreedTerms;
}

/** Someone works on the ticket just now. */
export interface Claim {
  by: string;
  at: string;
  until: string;
}

/** What an approval is bound to: `subject_hash` of the ticket is the hash of this, with the tenant. */
export interface Subject extends Question {
  base: Record<string, unknown>;
}

export interface TicketRow {
  ticket_id: string;
  /** Position of the entry that opened it, so the row with this id is new by construction. */
  number: number;
  type: TicketType;
  state: TicketState;
  revision: number;
  subject_hash: string;
  requester: string;
  caller: string;
  on_behalf_of: string | null;
  plan_author: string | null;
  vertical: string;
  platform: string | null;
  plan_version: number | null;
  /** Approved plan version that the question rests on; 0 when none was approved; null when it rests on no plan. */
  plan_base: number | null;
  change_set_id: string | null;
  action: string;
  resource: string;
  risk: TicketSpec['risk'];
  red_flag: boolean;
  waits_for_client: boolean;
  blocks: string[];
  spec: TicketSpec;
  subject: Subject & { diff: Difference[]; requester_kind: Principal['kind']; flag?: RaisedFlag };
  reasons: Reason[];
  votes: Vote[];
  opened_at: string;
  /** When the time of the clock that runs is used up; of a resolved ticket, of the clock that ran last. */
  due_at: string;
  /** When waiting begins to do harm (harm.ts): the inbox is in this order. */
  harm_at: string;
  sla: SlaState;
  /** When the sweep has to look at the ticket next: a step, a breach, the end of the request or of the permit. */
  timer_at: string | null;
  /** When the request lapses unanswered. The permit's own clock starts at approval. */
  expires_at: string;
  /** When the last slot was filled, or the red flag resolved. */
  approved_at: string | null;
  permit_expires_at: string | null;
  resolved_at: string | null;
  resolved_by: string | null;
  /** Decision that used up the permit. */
  consumed_by: number | null;
  /** Lapses by itself: what stands is told by {@link claimAt}. */
  claim: Claim | null;
  /** A slot is empty that nobody could fill. */
  uncovered: boolean;
  updated_seq: number;
}

/** States in which a ticket waits for someone. */
export const WAITING: readonly string[] = ['pending', 'changes_requested'];
/** States in which a red flag waits for someone. It never lapses: it blocks until a human has resolved it. */
export const FLAGGING: readonly string[] = ['open', 'acknowledged'];
const LIVING = [...WAITING, 'approved', ...FLAGGING];
const BLOCKING = [...WAITING, ...FLAGGING];

/** The claim that stands at a time. */
export function claimAt({ claim, state }: Pick<TicketRow, 'claim' | 'state'>, now: string): Claim | null {
  return claim && claim.until > now && WAITING.includes(state) ? claim : null;
}

/**
 * Living tickets on a resource, of which at most one is for a given question (constraint ticket_living_subject). By
 * resource and not by question, since questions are ever new, while the resources asked about stay in memory.
 * Served by the index ticket_living_resource.
 */
export const livingByResource: Index<TicketRow> = {
  name: 'ticket/living_by_resource',
  keys: (row) => (LIVING.includes(row.state) ? [row.resource] : []),
  where: `t.resource = k.key and t.state in ('pending', 'changes_requested', 'approved', 'open', 'acknowledged')`,
};

/** Tickets that wait and block a resource. Served by the GIN index ticket_living_blocks. */
export const waitingByBlock: Index<TicketRow> = {
  name: 'ticket/waiting_by_block',
  keys: (row) => (BLOCKING.includes(row.state) ? row.blocks : []),
  where: `t.blocks @> jsonb_build_array(k.key) and t.state in ('pending', 'changes_requested', 'open', 'acknowledged')`,
};

/** Living tickets that rest on an approved plan version. Served by the index ticket_living_plan_base. */
export const livingByPlan: Index<TicketRow> = {
  name: 'ticket/living_by_plan',
  keys: (row) => (row.plan_base !== null && LIVING.includes(row.state) ? [String(row.plan_base)] : []),
  where: `t.plan_base = k.key::bigint and t.state in ('pending', 'changes_requested', 'approved')`,
};

export const ticketTable = defineTable<TicketRow>({
  name: 'ticket',
  columns: {
    ticket_id: 'text',
    number: 'int',
    type: 'text',
    state: 'text',
    revision: 'int',
    subject_hash: 'text',
    requester: 'text',
    caller: 'text',
    on_behalf_of: 'text',
    plan_author: 'text',
    vertical: 'text',
    platform: 'text',
    plan_version: 'int',
    plan_base: 'int',
    change_set_id: 'text',
    action: 'text',
    resource: 'text',
    risk: 'text',
    red_flag: 'bool',
    waits_for_client: 'bool',
    blocks: 'json',
    spec: 'json',
    subject: 'json',
    reasons: 'json',
    votes: 'json',
    opened_at: 'time',
    due_at: 'time',
    harm_at: 'time',
    sla: 'json',
    timer_at: 'time',
    expires_at: 'time',
    approved_at: 'time',
    permit_expires_at: 'time',
    resolved_at: 'time',
    resolved_by: 'text',
    consumed_by: 'int',
    claim: 'json',
    uncovered: 'bool',
    updated_seq: 'int',
  },
  key: ['ticket_id'],
  indexes: [livingByResource, waitingByBlock, livingByPlan],
});

export interface RevisionRow {
  ticket_id: string;
  revision: number;
  subject_hash: string;
  subject: TicketRow['subject'];
  seq: number;
}

/** What each revision of a ticket asked for, so that whoever saw an older one can be shown the difference. */
export const revisionTable = defineTable<RevisionRow>({
  name: 'ticket_revision',
  columns: { ticket_id: 'text', revision: 'int', subject_hash: 'text', subject: 'json', seq: 'int' },
  key: ['ticket_id', 'revision'],
  appendOnly: true,
});

export interface SegmentRow {
  ticket_id: string;
  n: number;
  kind: ClockName | 'none';
  round: number;
  started_at: string;
  seq: number;
}

/** When which clock of a ticket began to run. A segment ends where the next begins. */
export const segmentTable = defineTable<SegmentRow>({
  name: 'ticket_sla_segment',
  columns: { ticket_id: 'text', n: 'int', kind: 'text', round: 'int', started_at: 'time', seq: 'int' },
  key: ['ticket_id', 'n'],
  appendOnly: true,
});

export interface CommentRow {
  ticket_id: string;
  seq: number;
  author_id: string;
  author_kind: Principal['kind'];
  visibility: CommentVisibility;
  body: string;
  mentions: string[];
  attachments: Attachments;
  created_at: string;
}

/** Comments as they were first written. */
export const commentTable = defineTable<CommentRow>({
  name: 'ticket_comment',
  columns: {
    ticket_id: 'text',
    seq: 'int',
    author_id: 'text',
    author_kind: 'text',
    visibility: 'text',
    body: 'text',
    mentions: 'json',
    attachments: 'json',
    created_at: 'time',
  },
  key: ['ticket_id', 'seq'],
  appendOnly: true,
});

export interface CommentEditRow {
  ticket_id: string;
  comment_seq: number;
  seq: number;
  body: string;
  mentions: string[];
  attachments: Attachments;
  edited_at: string;
}

/** Later wordings of one comment. Served by ticket_comment_edit's primary key. */
export const editsOfComment: Index<CommentEditRow> = {
  name: 'ticket_comment_edit/of_comment',
  keys: (row) => [joinKey([row.ticket_id, row.comment_seq])],
  where: `t.ticket_id = split_part(k.key, U&'\\001f', 1) and t.comment_seq = split_part(k.key, U&'\\001f', 2)::bigint`,
};

/** Later wordings of comments. The first stays where it is. */
export const commentEditTable = defineTable<CommentEditRow>({
  name: 'ticket_comment_edit',
  columns: {
    ticket_id: 'text',
    comment_seq: 'int',
    seq: 'int',
    body: 'text',
    mentions: 'json',
    attachments: 'json',
    edited_at: 'time',
  },
  key: ['ticket_id', 'comment_seq', 'seq'],
  indexes: [editsOfComment],
  appendOnly: true,
});
