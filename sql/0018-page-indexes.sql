-- The audit page's filters: each finds what is rare in a log of any length. Decisions are most of a log and no rare action. An entry of the
-- log costs 15 to 20 µs more with these four (a busy machine), of some 600 that a decision takes. `text_pattern_ops` serves beginnings, too.
create index audit_entry_action on audit_entry (tenant_id, action text_pattern_ops, seq) where action <> 'decision.made';
create index audit_entry_actor on audit_entry (tenant_id, actor_id text_pattern_ops, seq);
create index audit_entry_resource on audit_entry (tenant_id, resource text_pattern_ops, seq);
create index audit_entry_plan on audit_entry (tenant_id, plan_version, seq) where plan_version is not null;
drop index audit_entry_ticket;

-- Charges of one commit have one time: with the position in the index the newest is found without sorting them.
drop index cost_charge_time;
create index cost_charge_time on cost_charge (tenant_id, root_run_id, created_at, seq);

-- The roles that a ticket's empty slots wait for. Reading them out of `spec`, which lies out of line, took half of the inbox's time.
create function ticket_awaits(spec jsonb, votes jsonb, revision bigint) returns text[] language sql immutable as $$
  select coalesce(array_agg(distinct role order by role), '{}')
  from jsonb_array_elements(spec -> 'slots') slot, jsonb_array_elements_text(slot -> 'any_of') role
  where not exists (
    select from jsonb_array_elements(votes) vote
    where vote -> 'slot' = slot -> 'id' and vote ->> 'verdict' = 'approve' and (vote ->> 'revision')::bigint = revision
  )
$$;
alter table ticket add column awaits text[] not null generated always as (ticket_awaits(spec, votes, revision)) stored;

-- What a client sees, for the portal: what waits, and what was decided.
create index ticket_client_waiting on ticket (tenant_id, number)
  where spec @> '{"client_visible":true}' and state in ('pending', 'changes_requested');
create index ticket_client_ended on ticket (tenant_id, number)
  where spec @> '{"client_visible":true}' and state in ('approved', 'consumed', 'rejected', 'expired', 'superseded', 'cancelled', 'revoked');

-- The metrics: first QC results of each task in a run, in their order and without a look at the rows.
create index agent_qc_results_first on agent_qc_results (tenant_id, run_id, task_id, at, seq, result_id) include (main_task_id, agent, model, pass);

-- Changes of live values that no human was asked about, in time: instead of looking through every tenant's decisions of that time.
drop index decision_at;
create index decision_unattended on decision (tenant_id, at)
  where effect = 'allow' and ticket_id is null and on_applied @> '[{"op": "campaign.set_live"}]';

-- And which runs had corrections, and how many tickets of a type were opened, without a look at the rows.
create index run_step_correction on run_step (tenant_id, run_id) where kind = 'qc_correction';
drop index ticket_opened;
create index ticket_opened on ticket (tenant_id, opened_at, type);
