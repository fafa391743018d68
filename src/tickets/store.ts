import type { Sql } from '../db/postgres.ts';
import { selectList } from '../audit/store.ts';
import type { Caller } from '../tenants/tokens.ts';
import {
  type CommentRow,
  type RevisionRow,
  type SegmentRow,
  type TicketRow,
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

/** Served by the primary keys of ticket_comment, ticket_revision and ticket_sla_segment, and the index audit_entry_ticket. */
export async function readThread(sql: Sql, tenant: string, ticketId: string) {
  const [comments, revisions, history, segments] = await Promise.all([
    sql.unsafe(
      `select ${selectList(commentTable)} from ticket_comment t where t.tenant_id = $1 and t.ticket_id = $2 order by seq limit 1000`,
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
      from audit_entry where tenant_id = ${tenant} and resource = ${`ticket/${ticketId}`} and resource like 'ticket/%'
      order by seq limit 1000`,
    sql.unsafe(
      `select ${selectList(segmentTable)} from ticket_sla_segment t where t.tenant_id = $1 and t.ticket_id = $2 order by n limit 1000`,
      [tenant, ticketId],
      { prepare: true },
    ),
  ]);
  return {
    comments: comments as unknown as CommentRow[],
    revisions: revisions as unknown as RevisionRow[],
    history: [...history],
    segments: segments as unknown as SegmentRow[],
  };
}

export interface TicketFilter {
  state?: string[] | undefined;
  type?: string | undefined;
  platform?: string | undefined;
  requester?: string | undefined;
  red_flag?: boolean | undefined;
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
