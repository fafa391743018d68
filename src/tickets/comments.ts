import { joinKey } from '../audit/table.ts';
import type { Tx } from '../audit/view.ts';
import { Problem, notFound } from '../contract/problem.ts';
import type { CommentEditRequest, CommentRequest } from '../contract/types.ts';
import { peopleWhoCanAct } from '../tenants/people.ts';
import { type Caller, actorOf } from '../tenants/tokens.ts';
import { type CommentRow, commentEditTable, commentTable, editsOfComment, ticketTable } from './tables.ts';
import { visibleTicket } from './verdicts.ts';

export interface Commented {
  /** Position of the entry: of a new comment its name within the ticket. */
  seq: number;
  mentions: string[];
  /** Mentioned, but nobody of this tenant. */
  mentions_unknown: string[];
}

/** Adds to the ticket's thread. What a client says is for the client's eyes too; of others, what they say is shared. */
export function addComment(tx: Tx, caller: Caller, ticketId: string, request: CommentRequest): Commented {
  const ticket = visibleTicket(tx, caller, ticketId);
  const { known, unknown } = mentionsIn(tx, request.comment);
  const seq = tx.seq;
  const row: CommentRow = {
    ticket_id: ticketId,
    seq,
    author_id: caller.id,
    author_kind: caller.kind,
    visibility: caller.scope === 'client' ? 'shared' : (request.visibility ?? 'internal'),
    body: request.comment,
    mentions: known,
    attachments: request.attachments ?? [],
    created_at: tx.now,
  };
  tx.insert(commentTable, row);
  tx.put(ticketTable, { ...ticket, updated_seq: seq });
  tx.append({
    action: 'ticket.commented',
    actor: actorOf(caller),
    resource: `ticket/${ticketId}`,
    planVersion: ticket.plan_version ?? undefined,
    payload: JSON.stringify(row),
  });
  return { seq, mentions: known, mentions_unknown: unknown };
}

/**
 * Gives one's own comment another wording. The earlier ones stay.
 * @throws Problem 403 `comment.not_own`, 404, 409 `comment.edited_too_often`
 */
export function editComment(
  tx: Tx,
  caller: Caller,
  ticketId: string,
  commentSeq: number,
  request: CommentEditRequest,
): Commented {
  const ticket = visibleTicket(tx, caller, ticketId);
  const comment = tx.get(commentTable, ticketId, commentSeq);
  if (!comment || (caller.scope === 'client' && comment.visibility !== 'shared')) throw notFound('comment');
  if (comment.author_id !== caller.id || comment.author_kind !== caller.kind)
    throw new Problem(403, 'comment.not_own', `The comment is ${comment.author_id}'s.`);
  const edits = tx.find(commentEditTable, editsOfComment, joinKey([ticketId, commentSeq]));
  if (edits.length >= EDITS_MAX)
    throw new Problem(409, 'comment.edited_too_often', `A comment is edited at most ${EDITS_MAX} times.`);
  const latest = edits.sort((a, b) => b.seq - a.seq)[0] ?? comment;
  const { known, unknown } = mentionsIn(tx, request.comment);
  const seq = tx.seq;
  const row = {
    ticket_id: ticketId,
    comment_seq: commentSeq,
    seq,
    body: request.comment,
    mentions: known,
    attachments: request.attachments ?? latest.attachments,
    edited_at: tx.now,
  };
  tx.insert(commentEditTable, row);
  tx.put(ticketTable, { ...ticket, updated_seq: seq });
  tx.append({
    action: 'ticket.comment_edited',
    actor: actorOf(caller),
    resource: `ticket/${ticketId}`,
    planVersion: ticket.plan_version ?? undefined,
    // With what says who may be told of it.
    payload: JSON.stringify({
      ...row,
      visibility: comment.visibility,
      author_id: comment.author_id,
      mentioned_anew: known.filter((id) => !latest.mentions.includes(id)),
    }),
  });
  return { seq, mentions: known, mentions_unknown: unknown };
}

const EDITS_MAX = 50;
const MENTIONS_MAX = 20;
/** `@` at the beginning of a word, and an id after it, with no full stop or the like at its end. */
const MENTION = /(?<![\p{L}\p{N}._@/-])@([A-Za-z0-9](?:[A-Za-z0-9._:@/-]{0,126}[A-Za-z0-9])?)/gu;

function mentionsIn(tx: Tx, text: string): { known: string[]; unknown: string[] } {
  const names = [...new Set([...text.matchAll(MENTION)].map((match) => match[1]!))].slice(0, MENTIONS_MAX);
  if (names.length === 0) return { known: [], unknown: [] };
  const people = new Set(peopleWhoCanAct(tx).map((person) => person.person_id));
  const known = names.filter((name) => people.has(name));
  return { known, unknown: names.filter((name) => !known.includes(name)) };
}
