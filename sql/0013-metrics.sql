-- What the metrics ask for by time. The hot tables get what an insert hardly notices: a BRIN index, or a partial one.
alter table ticket add column approved_at timestamptz;
update ticket set approved_at = case
  when permit_expires_at is not null then permit_expires_at - make_interval(mins => (spec ->> 'permit_ttl_minutes')::integer)
  when state = 'consumed' then resolved_at end;

create index ticket_opened on ticket (tenant_id, opened_at);
create index ticket_approved on ticket (tenant_id, approved_at) where approved_at is not null;
create index decision_at on decision using brin (at);
create index audit_entry_qc on audit_entry (tenant_id, resource, seq) where action in ('qc.alert_raised', 'qc.alert_recovered');
