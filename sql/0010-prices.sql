-- A tenant's own prices: every version as it was set, whole, and which one is in force.
create table price_override (
  tenant_id text not null,
  version bigint not null check (version >= 1),
  rows jsonb not null,
  reason text not null,
  actor_type text not null,
  actor_id text not null,
  seq bigint not null,
  created_at timestamptz not null,
  primary key (tenant_id, version)
);

create table price_current (
  tenant_id text not null primary key,
  version bigint not null
);
