-- What the agents of a run that a red flag stopped have waiting, and who asked for what waits.
create index ticket_waiting_requester on ticket (tenant_id, requester) where state in ('pending', 'changes_requested');

-- The inbox is in the order in which waiting does harm, then by the SLA.
alter table ticket add column harm_at timestamptz;
update ticket set harm_at = case when red_flag then opened_at else expires_at end;
alter table ticket alter column harm_at set not null;
drop index ticket_waiting_due;
create index ticket_waiting_harm on ticket (tenant_id, harm_at, due_at, number)
  where state in ('pending', 'changes_requested', 'open', 'acknowledged');
