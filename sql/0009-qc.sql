-- Quality signals: what was checked, how deep correction loops went, and each grain's success rate over the window.

create table agent_qc_results (
  tenant_id text not null,
  result_id text not null,
  run_id text not null,
  task_id text not null,
  main_task_id text not null,
  agent text not null,
  model text not null,
  pass boolean not null,
  failure_codes jsonb not null,
  at timestamptz not null,
  -- False for a result that was older than the window when it arrived: kept, and no part of any rate.
  in_window boolean not null,
  reported_by text not null,
  request_hash text not null,
  seq bigint not null,
  primary key (tenant_id, result_id)
);

create index agent_qc_results_at on agent_qc_results (tenant_id, at);
create index agent_qc_results_run on agent_qc_results (tenant_id, run_id);

create table agent_qc_loops (
  tenant_id text not null,
  loop_id text not null,
  run_id text not null,
  task_id text not null,
  main_task_id text not null,
  agent text not null,
  model text not null,
  depth bigint not null check (depth >= 0),
  causes jsonb not null,
  tokens bigint not null check (tokens >= 0),
  resolved boolean not null,
  at timestamptz not null,
  reported_by text not null,
  request_hash text not null,
  seq bigint not null,
  primary key (tenant_id, loop_id)
);

create index agent_qc_loops_at on agent_qc_loops (tenant_id, at);
create index agent_qc_loops_run on agent_qc_loops (tenant_id, run_id);

create table qc_grain (
  tenant_id text not null,
  kind text not null check (kind in ('main_task', 'subtask', 'agent', 'model')),
  name text not null,
  -- Results per quarter of an hour, as {"<quarter>": [total, passed]}.
  quarters jsonb not null,
  alert boolean not null,
  alert_since timestamptz,
  alerts_total bigint not null,
  config_version bigint not null,
  -- When the alert begins or ends by time alone, if nothing more is reported.
  turns_at timestamptz,
  updated_at timestamptz not null,
  primary key (tenant_id, kind, name)
);

create index qc_grain_turns on qc_grain (turns_at) where turns_at is not null;
create index qc_grain_config on qc_grain (tenant_id, config_version);
