-- Notifications. The log is the outbox: an event is an entry that is already there, so nothing is written beside it. What
-- is written here is how far each channel has come, and what became of each delivery.

-- Readers of events pass over decisions, which are nearly all of a log. With the action in the index, entries that are no
-- events are passed over without reading their rows.
create index audit_entry_event on audit_entry (tenant_id, seq, action) where action <> 'decision.made';

create table channel (
  tenant_id text not null,
  channel_id text not null,
  kind text not null check (kind in ('webhook', 'slack', 'mail')),
  state text not null check (state in ('active', 'disabled', 'deleted')),
  -- Why it is not active.
  state_reason text,
  description text not null,
  -- On whose behalf: it is told what this principal may see.
  owner_kind text not null,
  owner_id text not null,
  -- Encrypted: the address of a hook is often its password.
  url_sealed text,
  -- Where it goes, for people: scheme and host.
  origin text,
  -- Event types; none means all.
  types jsonb not null,
  -- Encrypted, each with the time from which it no longer signs.
  secrets jsonb not null,
  -- Position up to which the log was gone through.
  cursor bigint not null,
  created_at timestamptz not null,
  primary key (tenant_id, channel_id)
);

create index channel_active on channel (tenant_id, channel_id) where state = 'active';
create index channel_kept on channel (tenant_id) where state <> 'deleted';

create table delivery (
  tenant_id text not null,
  channel_id text not null,
  event_seq bigint not null,
  -- Whom a mail goes to; empty for a hook.
  recipient text not null,
  state text not null check (state in ('collected', 'sending', 'failed', 'delivered', 'dead')),
  attempt bigint not null,
  -- Goes out together with the others for the same person.
  digest boolean not null,
  -- When it is to be tried next. While sending: when whoever sends is taken for dead.
  due_at timestamptz,
  status bigint,
  error text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, channel_id, event_seq, recipient)
);

create index delivery_due on delivery (due_at) where state in ('collected', 'sending', 'failed');
create index delivery_open on delivery (tenant_id, channel_id, due_at) where state in ('collected', 'sending', 'failed');
create index delivery_dead on delivery (tenant_id, channel_id, event_seq) where state = 'dead';

-- What a person wants to be told by mail. The address is the person's own (person.email).
create table notice_preference (
  tenant_id text not null,
  person_id text not null,
  -- Event types; null means those that ask something of the person.
  types jsonb,
  digest text not null check (digest in ('off', 'hourly', 'daily')),
  updated_at timestamptz not null,
  primary key (tenant_id, person_id)
);
