-- Mandates: a client's consent in advance to budget increases, and what was drawn from it.
create table mandate (
  tenant_id text not null,
  mandate_id text not null,
  granted_by text not null,
  max_increase_pct jsonb not null,
  campaign_ids jsonb,
  expires_at timestamptz not null,
  note text,
  granted_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by text,
  primary key (tenant_id, mandate_id)
);

create index mandate_standing on mandate (tenant_id) where revoked_at is null;

-- One row a month, campaign and field: what the month began with and how much has gone.
create table mandate_month (
  tenant_id text not null,
  mandate_id text not null,
  campaign_id text not null,
  field text not null,
  month text not null,
  base_minor bigint not null,
  drawn_minor bigint not null check (drawn_minor >= 0),
  primary key (tenant_id, mandate_id, campaign_id, field, month)
);

create table mandate_use (
  tenant_id text not null,
  decision_seq bigint not null,
  mandate_id text not null,
  campaign_id text not null,
  field text not null,
  month text not null,
  amount_minor bigint not null,
  drawn_at timestamptz not null,
  returned_at timestamptz,
  primary key (tenant_id, decision_seq)
);

create index mandate_use_mandate on mandate_use (tenant_id, mandate_id, decision_seq);
