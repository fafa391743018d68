-- Every table has tenant_id first in its keys, so that the schema can be distributed by tenant unchanged.
-- State rows are written only by the ledger's one statement (src/audit/store.ts), together with the entry that explains them.

create table audit_head (
  tenant_id text primary key,
  size bigint not null check (size > 0),
  tip bytea not null check (octet_length(tip) = 32)
);

create table audit_entry (
  tenant_id text not null,
  seq bigint not null check (seq >= 0),
  -- The leaf is RFC 8785 JSON, kept as the very bytes that were hashed. The columns after it are projections.
  leaf bytea not null,
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
  tip bytea not null check (octet_length(tip) = 32),
  salt bytea not null,
  payload bytea not null,
  at timestamptz not null,
  actor_type text not null,
  actor_id text not null,
  action text not null,
  resource text not null,
  plan_version bigint,
  primary key (tenant_id, seq)
);

-- Payloads are 2 to 4 kB. Kept in the row: compressing and moving them out of line took more than half of the insert's time.
alter table audit_entry set (toast_tuple_target = 8160);

-- History of one ticket. Decisions are far more numerous and are found by their position, so they stay out of this index.
create index audit_entry_ticket on audit_entry (tenant_id, resource, seq) where resource like 'ticket/%';

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% on % refused: the log is append-only', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger audit_entry_append_only before update or delete on audit_entry for each row execute function refuse_change();
create trigger audit_entry_no_truncate before truncate on audit_entry for each statement execute function refuse_change();
create trigger audit_head_no_delete before delete on audit_head for each row execute function refuse_change();
create trigger audit_head_no_truncate before truncate on audit_head for each statement execute function refuse_change();

create function refuse_shrinking_head() returns trigger language plpgsql as $$
begin
  if new.size <= old.size or new.tenant_id <> old.tenant_id then
    raise exception 'UPDATE on audit_head refused: a log only grows' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create trigger audit_head_grows before update on audit_head for each row execute function refuse_shrinking_head();

create table tenant (
  tenant_id text primary key,
  name text not null,
  vertical text not null,
  config_version bigint not null,
  plan_version_latest bigint not null,
  plan_version_approved bigint,
  created_at timestamptz not null
);

create table tenant_config (
  tenant_id text not null,
  version bigint not null,
  config jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (tenant_id, version)
);

create table token (
  tenant_id text not null,
  token_id text not null,
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  subject_id text not null,
  kind text not null check (kind in ('agent', 'service', 'human')),
  roles jsonb not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, token_id)
);

create table plan (
  tenant_id text not null,
  version bigint not null,
  type text not null check (type in ('initial', 'revise', 'replan')),
  state text not null check (state in ('draft', 'approved', 'superseded')),
  author text not null,
  base_version bigint,
  payload jsonb not null,
  payload_hash text not null,
  created_at timestamptz not null,
  approved_at timestamptz,
  approved_ticket_id text,
  primary key (tenant_id, version)
);

create function refuse_payload_change() returns trigger language plpgsql as $$
begin
  if new.payload is distinct from old.payload or new.payload_hash is distinct from old.payload_hash
    or new.type is distinct from old.type or new.base_version is distinct from old.base_version then
    raise exception 'UPDATE on plan refused: the payload of a version never changes' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create trigger plan_payload_immutable before update on plan for each row execute function refuse_payload_change();

create table campaign (
  tenant_id text not null,
  campaign_id text not null,
  name text not null,
  platform text not null,
  plan_version bigint not null,
  approved jsonb not null,
  live jsonb not null,
  launched_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, campaign_id)
);

create table creative (
  tenant_id text not null,
  creative_id text not null,
  content jsonb not null,
  content_hash text not null,
  cleared_hash text,
  created_at timestamptz not null,
  primary key (tenant_id, creative_id)
);

create table decision (
  tenant_id text not null,
  seq bigint not null,
  at timestamptz not null,
  effect text not null check (effect in ('allow', 'review', 'deny')),
  action text not null,
  resource text not null,
  subject_id text not null,
  caller_id text not null,
  ticket_id text,
  ticket text,
  idempotency_key text,
  request_hash text,
  on_applied jsonb,
  primary key (tenant_id, seq)
);

create unique index decision_idempotency on decision (tenant_id, caller_id, idempotency_key) where idempotency_key is not null;

create table outcome (
  tenant_id text not null,
  decision_seq bigint not null,
  status text not null check (status in ('applied', 'failed')),
  detail text,
  reported_by text not null,
  reported_at timestamptz not null,
  primary key (tenant_id, decision_seq)
);

create table ticket (
  tenant_id text not null,
  ticket_id text not null,
  number bigint not null,
  type text not null,
  state text not null,
  revision bigint not null,
  subject_hash text not null,
  requester text not null,
  caller text not null,
  on_behalf_of text,
  plan_author text,
  vertical text not null,
  platform text,
  plan_version bigint,
  change_set_id text,
  action text not null,
  resource text not null,
  risk text not null,
  red_flag boolean not null,
  waits_for_client boolean not null,
  blocks jsonb not null,
  spec jsonb not null,
  subject jsonb not null,
  reasons jsonb not null,
  votes jsonb not null,
  opened_at timestamptz not null,
  due_at timestamptz not null,
  expires_at timestamptz not null,
  permit_expires_at timestamptz,
  resolved_at timestamptz,
  resolved_by text,
  consumed_by bigint,
  updated_seq bigint not null,
  primary key (tenant_id, ticket_id),
  unique (tenant_id, number)
);

-- One living ticket for one question: what the ledger relies on for deduplication, and the database enforces as well.
-- Deferrable, so that it is checked when the statement ends: one statement may end a ticket and open its successor.
alter table ticket add constraint ticket_living_subject exclude using btree (tenant_id with =, subject_hash with =)
  where (state in ('pending', 'changes_requested', 'approved')) deferrable initially immediate;
create index ticket_living_resource on ticket (tenant_id, resource) where state in ('pending', 'changes_requested', 'approved');
create index ticket_living_blocks on ticket using gin (blocks) where state in ('pending', 'changes_requested');
create index ticket_living_expiry on ticket (expires_at) where state in ('pending', 'changes_requested');
create index ticket_permit_expiry on ticket (permit_expires_at) where state = 'approved';

create table ticket_revision (
  tenant_id text not null,
  ticket_id text not null,
  revision bigint not null,
  subject_hash text not null,
  subject jsonb not null,
  seq bigint not null,
  primary key (tenant_id, ticket_id, revision)
);

create table ticket_comment (
  tenant_id text not null,
  ticket_id text not null,
  seq bigint not null,
  author_id text not null,
  author_kind text not null,
  body text not null,
  created_at timestamptz not null,
  primary key (tenant_id, ticket_id, seq)
);
