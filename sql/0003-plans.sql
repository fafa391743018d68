-- Plan versions: nothing of a version changes but its state, which goes one way, and no version goes away.

create or replace function refuse_payload_change() returns trigger language plpgsql as $$
begin
  if new.tenant_id <> old.tenant_id or new.version <> old.version or new.author <> old.author
    or new.created_at <> old.created_at or new.payload is distinct from old.payload
    or new.payload_hash is distinct from old.payload_hash or new.type is distinct from old.type
    or new.base_version is distinct from old.base_version or new.derived_from is distinct from old.derived_from
    or new.log_through is distinct from old.log_through then
    raise exception 'UPDATE on plan refused: a version never changes' using errcode = 'insufficient_privilege';
  end if;
  if old.state <> 'draft' and (new.approved_at is distinct from old.approved_at
    or new.approved_ticket_id is distinct from old.approved_ticket_id) then
    raise exception 'UPDATE on plan refused: an approval is given once' using errcode = 'insufficient_privilege';
  end if;
  if old.state <> new.state and (old.state, new.state) not in (('draft', 'approved'), ('approved', 'superseded')) then
    raise exception 'UPDATE on plan refused: % does not become %', old.state, new.state using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create function refuse_removal() returns trigger language plpgsql as $$
begin
  raise exception '% on % refused: what was recorded stays', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger plan_no_delete before delete on plan for each row execute function refuse_removal();
create trigger plan_no_truncate before truncate on plan for each statement execute function refuse_removal();

alter table plan
  -- The version that a rebased draft was, and how much of the optimization log its author knew: the log's position then.
  add column derived_from bigint,
  add column log_through bigint not null default 0;
-- A page of the versions in one state, and the one approved version of a tenant.
create index plan_state on plan (tenant_id, state, version);

-- The approved plan that a ticket's question rests on (0: none was approved). All living ones end when another is approved.
alter table ticket add column plan_base bigint;
update ticket set plan_base = case
  when resource like 'plan/%' then coalesce((subject -> 'base' ->> 'approved_version')::bigint, 0)
  when resource like 'campaign/%' then plan_version end;
create index ticket_living_plan_base on ticket (tenant_id, plan_base) where state in ('pending', 'changes_requested', 'approved');

alter table campaign
  -- Ids of its objects on the platform, such as {"campaign": "238…", "ad_set": "239…"}.
  add column platform_ids jsonb not null default '{}',
  -- Which flight of its plan it belongs to, where the platform alone does not say.
  add column flight bigint,
  -- Of each value that is not as planned: since when, and since which change set.
  add column drift_since jsonb not null default '{}',
  -- The change set that set each live value.
  add column set_by jsonb not null default '{}';
create index campaign_drifting on campaign (tenant_id, campaign_id) where drift_since <> '{}';

alter table outcome drop constraint outcome_status_check;
alter table outcome add constraint outcome_status_check check (status in ('applied', 'failed', 'partial'));
alter table outcome add column applied_values jsonb;

-- Allows whose outcome is to be reported. Few of the decisions, so that an insert of the others does not touch it.
create index decision_reportable on decision (tenant_id, seq) where on_applied is not null;

-- One row for one live value that a change set moved. A change set may move several values, of several campaigns.
create table optimization_log (
  tenant_id text not null,
  change_set_id text not null,
  campaign_id text not null,
  field text not null,
  seq bigint not null,
  plan_version bigint not null,
  before_value bigint,
  after_value bigint not null,
  -- What the decision allowed; another value than after_value when something else was set.
  allowed_value bigint not null,
  -- The change set that had set before_value.
  previous text,
  undoes text,
  action text not null,
  decision_seq bigint not null,
  ticket_id text,
  outcome text not null check (outcome in ('applied', 'partial')),
  applied_at timestamptz not null,
  applied_by text not null,
  primary key (tenant_id, change_set_id, campaign_id, field)
);
create index optimization_log_campaign on optimization_log (tenant_id, campaign_id, seq);
create index optimization_log_seq on optimization_log (tenant_id, seq);
create unique index optimization_log_undoes on optimization_log (tenant_id, undoes, campaign_id, field) where undoes is not null;
create trigger optimization_log_append_only before update or delete on optimization_log for each row execute function refuse_change();
create trigger optimization_log_no_truncate before truncate on optimization_log for each statement execute function refuse_change();

-- How far the optimization log goes, so that a command can tell whether what was read of it is all.
create table optimization_head (
  tenant_id text primary key,
  last_seq bigint not null
);
