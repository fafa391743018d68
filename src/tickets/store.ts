import type { Sql } from '../db/postgres.ts';
import { selectList } from '../audit/store.ts';
import type { Caller } from '../tenants/tokens.ts';
import { differences } from '../plans/differences.ts';
import {
  type CommentEditRow,
  type CommentRow,
  type RevisionRow,
  type SegmentRow,
  type TicketRow,
  commentEditTable,
  commentTable,
  revisionTable,
  segmentTable,
  ticketTable,
} from './tables.ts';

/** Served by ticket's primary key. */
export async function readTicket(sql: Sql, tenant: string, ticketId: string): Promise<TicketRow | null> {
  const [row] = await sql.unsafe(
    `select ${selectList(ticketTable)} from ticket t where t.tenant_id = $1 and t.ticket_id = $2`,
    [tenant, ticketId],
    { prepare: true },
  );
  return (row as TicketRow | undefined) ?? null;
}

/**
 * What was said and asked on a ticket, and how its time was spent. Served by the primary keys of ticket_comment,
 * ticket_comment_edit, ticket_revision and ticket_sla_segment, and the index audit_entry_resource.
 */
export async function readThread(sql: Sql, tenant: string, ticketId: string) {
  const [comments, edits, revisions, history, segments] = await Promise.all([
    sql.unsafe(
      `select ${selectList(commentTable)} from ticket_comment t where t.tenant_id = $1 and t.ticket_id = $2 order by seq limit 1000`,
      [tenant, ticketId],
      { prepare: true },
    ),
    sql.unsafe(
      `select ${selectList(commentEditTable)} from ticket_comment_edit t where t.tenant_id = $1 and t.ticket_id = $2 order by seq limit 5000`,
      [tenant, ticketId],
      { prepare: true },
    ),
    sql.unsafe(
      `select ${selectList(revisionTable)} from ticket_revision t where t.tenant_id = $1 and t.ticket_id = $2 order by revision limit 1000`,
      [tenant, ticketId],
      { prepare: true },
    ),
    sql<{ seq: number; timestamp: string; action: string; actor_type: string; actor_id: string; leaf_hash: string }[]>`
      select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as timestamp, action, actor_type, actor_id,
        encode(leaf_hash, 'hex') as leaf_hash
      from audit_entry where tenant_id = ${tenant} and resource = ${`ticket/${ticketId}`}
      order by seq limit 1000`,
    sql.unsafe(
      `select ${selectList(segmentTable)} from ticket_sla_segment t where t.tenant_id = $1 and t.ticket_id = $2 order by n limit 1000`,
      [tenant, ticketId],
      { prepare: true },
    ),
  ]);
  return {
    comments: withEdits(comments as unknown as CommentRow[], edits as unknown as CommentEditRow[]),
    revisions: withDifferences(revisions as unknown as RevisionRow[]),
    history: [...history],
    segments: segments as unknown as SegmentRow[],
  };
}

/** Comments as they are worded now, with the earlier wordings of each. */
function withEdits(comments: CommentRow[], edits: CommentEditRow[]) {
  return comments.map((comment) => {
    const { seq, body, mentions, attachments, created_at } = comment;
    const later = edits.filter((edit) => edit.comment_seq === seq);
    const wordings = [
      { seq, body, mentions, attachments, at: created_at },
      ...later.map((edit) => ({
        seq: edit.seq,
        body: edit.body,
        mentions: edit.mentions,
        attachments: edit.attachments,
        at: edit.edited_at,
      })),
    ];
    const last = wordings.pop()!;
    return {
      ...comment,
      body: last.body,
      mentions: last.mentions,
      attachments: last.attachments,
      edited_at: later.length > 0 ? last.at : null,
      edits: wordings,
    };
  });
}

/** Revisions, each with what differs from the one before: in the question and its basis, and in what would change. */
function withDifferences(revisions: RevisionRow[]) {
  const compared = revisions.map(({ subject: { subject, action, resource, base, diff } }) => ({
    subject,
    action,
    resource,
    base,
    preview: Object.fromEntries(diff.map(({ path, after }) => [path.slice(1), after])),
  }));
  return revisions.map((row, i) => ({
    ...row,
    difference: i === 0 ? [] : differences(compared[i - 1]!, compared[i]!),
  }));
}

/** One revision of a ticket. Served by ticket_revision's primary key. */
export async function readRevision(
  sql: Sql,
  tenant: string,
  ticketId: string,
  revision: number,
): Promise<RevisionRow | null> {
  const [row] = await sql.unsafe(
    `select ${selectList(revisionTable)} from ticket_revision t where t.tenant_id = $1 and t.ticket_id = $2 and t.revision = $3`,
    [tenant, ticketId, revision],
    { prepare: true },
  );
  return (row as RevisionRow | undefined) ?? null;
}

/** People whose abilities have changed since their tickets were looked at. Served by person_recheck. */
export async function listChangedPeople(
  sql: Sql,
  now: string,
  limit: number,
  tenant?: string,
): Promise<{ tenant_id: string; person_id: string; recheck_at: string }[]> {
  return sql<{ tenant_id: string; person_id: string; recheck_at: string }[]>`
    select tenant_id, person_id, to_char(recheck_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as recheck_at
    from person where recheck_at <= ${now} ${tenant === undefined ? sql`` : sql`and tenant_id = ${tenant}`}
    order by recheck_at limit ${limit}`;
}

/** A page of tickets that wait for votes, oldest first. Served by ticket_awaits_people. */
export async function listPending(
  sql: Sql,
  tenant: string,
  after: number,
  limit: number,
): Promise<{ ticket_id: string; number: number }[]> {
  return sql<{ ticket_id: string; number: number }[]>`
    select ticket_id, number from ticket where tenant_id = ${tenant} and state in ('pending', 'open', 'acknowledged') and number > ${after}
    order by number limit ${limit}`;
}

export interface TicketFilter {
  state?: string[] | undefined;
  type?: string | undefined;
  platform?: string | undefined;
  requester?: string | undefined;
  red_flag?: boolean | undefined;
  /** With, or without, a slot that nobody could fill. */
  uncovered?: boolean | undefined;
  /** Of the role that an empty slot waits for. */
  role?: string | undefined;
  /** Number of the last ticket of the page before. */
  before?: number | undefined;
  limit: number;
}

/** A page of tickets, newest first, within the caller's scope. Keyset on the unique (tenant_id, number). */
export async function listTickets(
  sql: Sql,
  tenant: string,
  caller: Caller,
  filter: TicketFilter,
): Promise<TicketRow[]> {
  const optional = (value: unknown, clause: () => ReturnType<typeof sql>) => (value === undefined ? sql`` : clause());
  const rows = await sql`
    select ${sql.unsafe(selectList(ticketTable))} from ticket t where t.tenant_id = ${tenant} ${inScope(sql, caller)}
    ${optional(filter.state, () => sql`and t.state = any(${filter.state!}::text[])`)}
    ${optional(filter.type, () => sql`and t.type = ${filter.type!}`)}
    ${optional(filter.platform, () => sql`and t.platform = ${filter.platform!}`)}
    ${optional(filter.requester, () => sql`and t.requester = ${filter.requester!}`)}
    ${optional(filter.red_flag, () => sql`and t.red_flag = ${filter.red_flag!}`)}
    ${optional(filter.uncovered, () => sql`and t.uncovered = ${filter.uncovered!}`)}
    ${optional(filter.role, () => sql`and t.spec @> ${sql.json({ slots: [{ any_of: [filter.role!] }] })}`)}
    ${optional(filter.before, () => sql`and t.number < ${filter.before!}`)}
    order by t.number desc limit ${filter.limit}`;
  return rows as unknown as TicketRow[];
}

/** The condition that keeps a listing of tickets `t` within what the caller may see. */
export function inScope(sql: Sql, caller: Caller) {
  if (caller.scope === 'all') return sql``;
  if (caller.scope === 'own') return sql`and (t.requester = ${caller.id} or t.caller = ${caller.id})`;
  return caller.scope === 'client' ? sql`and t.spec @> '{"client_visible":true}'` : sql`and false`;
}

/** A ticket on which something is due. */
export interface Timed {
  tenant_id: string;
  ticket_id: string;
  timer_at: string;
}

/** Tickets on which something is due, of all tenants, the longest waiting first. Keyset on the index ticket_timer. */
export async function listTimed(sql: Sql, now: string, after: Timed | null, limit: number): Promise<Timed[]> {
  const rows = await sql`
    select tenant_id, ticket_id, to_char(timer_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as timer_at
    from ticket where timer_at <= ${now}
    ${after ? sql`and (timer_at, tenant_id, ticket_id) > (${after.timer_at}, ${after.tenant_id}, ${after.ticket_id})` : sql``}
    order by timer_at, tenant_id, ticket_id limit ${limit}`;
  return rows as unknown as Timed[];
}
