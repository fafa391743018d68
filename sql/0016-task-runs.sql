-- Which runs entered a task of late, over all run trees: a fresh root run has fresh counters, but not a fresh task.

create table task_use (
  tenant_id text not null,
  task_id text not null,
  state text not null check (state in ('open', 'closed')),
  -- Grows when a human resolves the task's A8.
  epoch bigint not null check (epoch >= 1),
  -- [{run_id, at}], those of the last two days.
  runs jsonb not null,
  -- [{at, count}], by humans, of the last two days.
  grants jsonb not null,
  primary key (tenant_id, task_id)
);
