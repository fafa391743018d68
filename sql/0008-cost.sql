-- The Cost Guard: one account a run tree, and what moves it. Money is whole pico-USD (10⁻¹² USD) and never a float.

create table cost_account (
  tenant_id text not null,
  root_run_id text not null,
  state text not null check (state in ('open', 'tripped', 'aborted')),
  epoch bigint not null check (epoch >= 1),
  estimate_version bigint not null check (estimate_version >= 0),
  first_estimate numeric(40, 0) check (first_estimate > 0),
  estimate numeric(40, 0) check (estimate > 0),
  committed numeric(40, 0) not null,
  reserved numeric(40, 0) not null check (reserved >= 0),
  admissions bigint not null,
  open_holds bigint not null check (open_holds >= 0),
  charges bigint not null,
  unpriced bigint not null check (unpriced >= 0),
  conflicts bigint not null,
  tripped_at timestamptz,
  trip_seq bigint,
  ticket_id text,
  updated_seq bigint not null,
  primary key (tenant_id, root_run_id)
);

create table cost_estimate (
  tenant_id text not null,
  root_run_id text not null,
  version bigint not null check (version >= 1),
  epoch bigint not null,
  pico_usd numeric(40, 0) not null check (pico_usd > 0),
  basis jsonb,
  list_hash text,
  reason text,
  request_hash text not null,
  actor_type text not null,
  actor_id text not null,
  seq bigint not null,
  created_at timestamptz not null,
  primary key (tenant_id, root_run_id, version)
);

create table cost_hold (
  tenant_id text not null,
  run_id text not null,
  hold_id text not null,
  root_run_id text not null,
  state text not null check (state in ('held', 'uncertain', 'settled', 'released')),
  provider text,
  model text not null,
  input_tokens bigint not null check (input_tokens >= 0),
  max_output_tokens bigint not null check (max_output_tokens >= 0),
  authorised_output_tokens bigint not null check (authorised_output_tokens between 0 and max_output_tokens),
  pico_usd numeric(40, 0) not null check (pico_usd >= 0),
  charged numeric(40, 0) not null,
  usage jsonb,
  reports bigint not null,
  request_hash text not null,
  settlement_hash text,
  list_hash text not null,
  caller_id text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  admitted_seq bigint not null,
  updated_seq bigint not null,
  primary key (tenant_id, run_id, hold_id)
);

-- What a run tree has reserved now; and the sweep over all tenants. Settled holds, which become many, are in neither.
create index cost_hold_open on cost_hold (tenant_id, root_run_id) where state in ('held', 'uncertain');
create index cost_hold_expiry on cost_hold (expires_at) where state = 'held';

create table cost_charge (
  tenant_id text not null,
  source text not null,
  event_id text not null,
  run_id text not null,
  root_run_id text not null,
  kind text not null check (kind in ('usage', 'amount', 'correction', 'unpriced')),
  pico_usd numeric(40, 0) check ((pico_usd is null) = (kind = 'unpriced')),
  committed numeric(40, 0) not null,
  detail jsonb,
  list_hash text,
  request_hash text not null,
  tripped boolean not null,
  occurred_at timestamptz not null,
  seq bigint not null,
  created_at timestamptz not null,
  -- A report of spend counts once.
  primary key (tenant_id, source, event_id)
);

-- Spend per minute, and the entries of a trip certificate.
create index cost_charge_time on cost_charge (tenant_id, root_run_id, created_at);

create table cost_call (
  tenant_id text not null,
  source text not null,
  call_id text not null,
  root_run_id text not null,
  usage jsonb not null,
  charged numeric(40, 0) not null,
  primary key (tenant_id, source, call_id)
);

create table cost_unpriced (
  tenant_id text not null,
  source text not null,
  event_id text not null,
  root_run_id text not null,
  run_id text not null,
  hold_id text,
  call_id text,
  state text not null check (state in ('open', 'priced', 'waived')),
  why text not null,
  usage jsonb not null,
  reason text,
  resolved_by text,
  resolved_at timestamptz,
  resolved_seq bigint,
  seq bigint not null,
  primary key (tenant_id, source, event_id)
);

create index cost_unpriced_tree on cost_unpriced (tenant_id, root_run_id);
