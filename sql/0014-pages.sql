-- What the agents of a run that a red flag stopped have waiting, and who asked for what waits.
create index ticket_waiting_requester on ticket (tenant_id, requester) where state in ('pending', 'changes_requested');
