-- Whose time runs on a ticket, how much is used up, and when the next thing is due: see src/tickets/sla.
alter table ticket add column sla jsonb, add column timer_at timestamptz;

-- Tickets from before have their target on the clock of the wall, and no ladder.
update ticket set
  spec = (spec - 'sla_minutes' - 'sla_calendar') || jsonb_build_object('sla', jsonb_build_object(
    'calendars', '{"always": {"time_zone": "Etc/UTC", "holidays": [], "intervals": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "00:00", "to": "24:00"}]}}'::jsonb,
    'on_revision', '{"asked": "restart", "unasked": "continue"}'::jsonb,
    'clocks', (
      select jsonb_object_agg(clock, jsonb_build_object('calendar', 'always', 'target_minutes', least((spec ->> 'sla_minutes')::bigint, 43200), 'ladder', '[]'::jsonb))
      from unnest(array['team', 'agent', 'client']) clock)));
update ticket set
  sla = jsonb_build_object(
    'clock', case state when 'pending' then 'team' when 'changes_requested' then 'agent' end,
    'since', to_char(opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'segment', 0, 'round', 1, 'widened', false, 'breaches', 0,
    'used_ms', '{"team": 0, "agent": 0, "client": 0}'::jsonb,
    'total_ms', '{"team": 0, "agent": 0, "client": 0}'::jsonb,
    'spent_at', '{"team": null, "agent": null, "client": null}'::jsonb,
    'done_percent', '{"team": 0, "agent": 0, "client": 0}'::jsonb),
  timer_at = case state when 'pending' then least(due_at, expires_at) when 'changes_requested' then expires_at when 'approved' then permit_expires_at end;
alter table ticket alter column sla set not null;

-- The sweep of all tenants: what is due first.
create index ticket_timer on ticket (timer_at, tenant_id, ticket_id) where timer_at is not null;
drop index ticket_living_expiry;
drop index ticket_permit_expiry;

-- One row whenever another clock begins to run; `none` when nobody is awaited any more. A segment ends where the next begins.
create table ticket_sla_segment (
  tenant_id text not null,
  ticket_id text not null,
  n bigint not null,
  kind text not null check (kind in ('team', 'agent', 'client', 'none')),
  round bigint not null,
  started_at timestamptz not null,
  seq bigint not null,
  primary key (tenant_id, ticket_id, n)
);
insert into ticket_sla_segment (tenant_id, ticket_id, n, kind, round, started_at, seq)
select tenant_id, ticket_id, 0, coalesce(sla ->> 'clock', 'none'), 1, opened_at, number from ticket;
create trigger ticket_sla_segment_append_only before update or delete on ticket_sla_segment for each row execute function refuse_change();
create trigger ticket_sla_segment_no_truncate before truncate on ticket_sla_segment for each statement execute function refuse_change();
