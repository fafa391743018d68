-- Runs of agents: one row a run, one a tree of runs, exact counters per tree, and which step and which red flag were let in.

create table run (
  tenant_id text not null,
  run_id text not null,
  root_run_id text not null,
  parent_run_id text,
  depth bigint not null check (depth >= 0),
  children bigint not null check (children >= 0),
  task_id text not null,
  main_task_id text not null,
  agent text not null,
  model text not null,
  requested_by text not null,
  caller text not null,
  request_hash text not null,
  decision_seq bigint not null,
  created_at timestamptz not null,
  primary key (tenant_id, run_id)
);

-- Listing, newest first, and by tree.
create unique index run_by_decision on run (tenant_id, decision_seq);
create index run_by_root on run (tenant_id, root_run_id, decision_seq);

create table run_tree (
  tenant_id text not null,
  root_run_id text not null,
  state text not null check (state in ('running', 'exhausted', 'aborted')),
  -- Counters are never zeroed: a human opens the next epoch, with what was granted for it.
  epoch bigint not null check (epoch >= 1),
  steps_total bigint not null check (steps_total >= 0),
  steps_granted bigint not null check (steps_granted >= 0),
  runs_total bigint not null check (runs_total >= 1),
  created_at timestamptz not null,
  primary key (tenant_id, root_run_id)
);

create table run_counter (
  tenant_id text not null,
  root_run_id text not null,
  task_id text not null,
  kind text not null check (kind in ('qc_correction', 'tool_round', 'orchestrator_retry')),
  used bigint not null check (used >= 0),
  granted bigint not null check (granted >= 0),
  primary key (tenant_id, root_run_id, task_id, kind)
);

create table run_step (
  tenant_id text not null,
  run_id text not null,
  step_id text not null,
  root_run_id text not null,
  task_id text not null,
  kind text not null check (kind in ('qc_correction', 'tool_round', 'orchestrator_retry', 'step')),
  cause_code text,
  cause_detail text,
  epoch bigint not null,
  request_hash text not null,
  decision_seq bigint not null,
  at timestamptz not null,
  primary key (tenant_id, run_id, step_id)
);

create index run_step_by_root on run_step (tenant_id, root_run_id);

-- One red flag of a kind in an epoch of a tree, by the key.
create table run_flag (
  tenant_id text not null,
  root_run_id text not null,
  event text not null,
  epoch bigint not null,
  ticket_id text not null,
  at timestamptz not null,
  primary key (tenant_id, root_run_id, event, epoch)
);

-- A red flag is open, then acknowledged, then resolved: it lives, and blocks, in the first two.
alter table ticket drop constraint ticket_living_subject;
alter table ticket add constraint ticket_living_subject exclude using btree (tenant_id with =, subject_hash with =)
  where (state in ('pending', 'changes_requested', 'approved', 'open', 'acknowledged')) deferrable initially immediate;
drop index ticket_living_resource;
create index ticket_living_resource on ticket (tenant_id, resource)
  where state in ('pending', 'changes_requested', 'approved', 'open', 'acknowledged');
drop index ticket_living_blocks;
create index ticket_living_blocks on ticket using gin (blocks) where state in ('pending', 'changes_requested', 'open', 'acknowledged');
