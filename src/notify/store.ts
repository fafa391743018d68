import { selectList } from '../audit/store.ts';
import type { Principal } from '../contract/types.ts';
import type { Sql } from '../db/postgres.ts';
import { type TicketRow, ticketTable } from '../tickets/tables.ts';
import { type Noted, READ_ACTIONS, type Source, ticketIdOf } from './events.ts';
import { type ChannelRow, type DeliveryRow, MAIL_CHANNEL, channelTable, deliveryTable } from './tables.ts';

/** A stretch of the log: what may be told of it, and the position up to which nothing was left out. */
export interface Page {
  sources: Source[];
  upTo: number;
}

/** Entries after a position and before `size` that may be events. Served by the index audit_entry_event. */
export async function readPage(sql: Sql, tenant: string, after: number, size: number, limit: number): Promise<Page> {
  const rows = await sql<Noted[]>`
    select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, action, resource,
      convert_from(payload, 'UTF8') as payload
    from audit_entry where tenant_id = ${tenant} and seq > ${after} and seq < ${size}
      and action <> 'decision.made' and action = any(${READ_ACTIONS}::text[])
    order by seq limit ${limit}`;
  return {
    sources: await withTickets(sql, tenant, [...rows]),
    upTo: rows.length === limit ? rows.at(-1)!.seq : Math.max(after, size - 1),
  };
}

/** Entries at given positions. Served by audit_entry's primary key. */
export async function readSources(sql: Sql, tenant: string, seqs: number[]): Promise<Map<number, Source>> {
  const rows = await sql<Noted[]>`
    select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, action, resource,
      convert_from(payload, 'UTF8') as payload
    from audit_entry where tenant_id = ${tenant} and seq = any(${seqs}::bigint[])`;
  return new Map((await withTickets(sql, tenant, [...rows])).map((source) => [source.seq, source]));
}

/** Served by ticket's primary key. */
async function withTickets(sql: Sql, tenant: string, noted: Noted[]): Promise<Source[]> {
  const ids = [...new Set(noted.map(({ resource }) => ticketIdOf(resource)).filter((id) => id !== null))];
  const rows =
    ids.length === 0
      ? []
      : await sql.unsafe(
          `select ${selectList(ticketTable)} from ticket t where t.tenant_id = $1 and t.ticket_id = any($2::text[])`,
          [tenant, ids],
          { prepare: true },
        );
  const tickets = new Map((rows as unknown as TicketRow[]).map((row) => [row.ticket_id, row]));
  return noted.map((one) => ({ ...one, ticket: tickets.get(ticketIdOf(one.resource) ?? '') ?? null }));
}

/** A channel that may have something to do: entries after its cursor, or deliveries whose time has come. */
export interface Waiting {
  tenant: string;
  channel: ChannelRow;
  /** Of the tenant's log. */
  size: number;
  /** Deliveries that are not at their end. */
  open: number;
  due: boolean;
}

/** Served by the indexes channel_active and delivery_open and by audit_head's primary key. */
export async function listWaiting(sql: Sql, now: string, limit: number): Promise<Waiting[]> {
  const rows = await sql.unsafe(
    `select c.tenant_id, h.size, d.open, d.due, ${selectList(channelTable, 'c')}
     from channel c join audit_head h using (tenant_id)
     cross join lateral (
       select count(*) as open, coalesce(bool_or(o.due_at <= $1::timestamptz), false) as due
       from delivery o where o.tenant_id = c.tenant_id and o.channel_id = c.channel_id and o.state in ('collected', 'sending', 'failed')
     ) d
     where c.state = 'active' and (h.size > c.cursor + 1 or d.due)
     order by c.tenant_id, c.channel_id limit $2`,
    [now, limit],
    { prepare: true },
  );
  return rows.map(({ tenant_id, size, open, due, ...channel }) => ({
    tenant: tenant_id,
    channel: channel as unknown as ChannelRow,
    size,
    open,
    due,
  }));
}

/** Deliveries of a channel whose time has come, the longest waiting first. Served by the index delivery_open. */
export async function listDue(
  sql: Sql,
  tenant: string,
  channelId: string,
  now: string,
  limit: number,
): Promise<DeliveryRow[]> {
  const rows = await sql.unsafe(
    `select ${selectList(deliveryTable)} from delivery t
     where t.tenant_id = $1 and t.channel_id = $2 and t.state in ('collected', 'sending', 'failed') and t.due_at <= $3::timestamptz
     order by t.due_at, t.event_seq limit $4`,
    [tenant, channelId, now, limit],
    { prepare: true },
  );
  return rows as unknown as DeliveryRow[];
}

/** A tenant's hooks, in the order of their making; of one owner, or all. Served by channel's primary key. */
export async function listChannels(
  sql: Sql,
  tenant: string,
  owner: Pick<Principal, 'kind' | 'id'> | null,
): Promise<ChannelRow[]> {
  const rows = await sql.unsafe(
    `select ${selectList(channelTable)} from channel t
     where t.tenant_id = $1 and t.kind <> 'mail' and t.state <> 'deleted' and ($2::text is null or (t.owner_kind = $2 and t.owner_id = $3))
     order by t.created_at, t.channel_id limit 200`,
    [tenant, owner?.kind ?? null, owner?.id ?? null],
    { prepare: true },
  );
  return rows as unknown as ChannelRow[];
}

/** A page of a channel's deliveries, newest event first. Served by delivery's primary key; the dead by delivery_dead. */
export async function listDeliveries(
  sql: Sql,
  tenant: string,
  channelId: string,
  { before, limit, dead }: { before: number; limit: number; dead: boolean },
): Promise<(DeliveryRow & { event_type: string })[]> {
  const rows = await sql.unsafe(
    `select ${selectList(deliveryTable)}, e.action as event_type from delivery t
     join audit_entry e on e.tenant_id = t.tenant_id and e.seq = t.event_seq
     where t.tenant_id = $1 and t.channel_id = $2 and t.event_seq < $3 ${dead ? "and t.state = 'dead'" : ''}
     order by t.event_seq desc, t.recipient limit $4`,
    [tenant, channelId, before, limit],
    { prepare: true },
  );
  return rows as unknown as (DeliveryRow & { event_type: string })[];
}

/**
 * The roles that a principal has now, or null when it has no way in any more: whoever may not ask is not told either.
 * Served by the primary keys of person and token.
 */
export async function readRoles(
  sql: Sql,
  tenant: string,
  { kind, id }: Pick<Principal, 'kind' | 'id'>,
  now: string,
): Promise<Principal['roles'] | null> {
  const rows =
    kind === 'human'
      ? await sql`select roles from person where tenant_id = ${tenant} and person_id = ${id} and active`
      : await sql`select roles from token where tenant_id = ${tenant} and kind = ${kind} and subject_id = ${id}
          and revoked_at is null and (expires_at is null or expires_at > ${now}) limit 1`;
  return (rows[0]?.['roles'] as Principal['roles'] | undefined) ?? null;
}

/** Tenants whose people could not be told by mail yet. Served by the primary keys of tenant and channel. */
export async function listWithoutMail(sql: Sql, limit: number): Promise<string[]> {
  const rows = await sql<{ tenant_id: string }[]>`
    select tenant_id from tenant t
    where not exists (select from channel c where c.tenant_id = t.tenant_id and c.channel_id = ${MAIL_CHANNEL})
    order by tenant_id limit ${limit}`;
  return rows.map((row) => row.tenant_id);
}
