-- Who is signed in to the pages. A session is looked up by every request that carries its cookie; it ends once, or lapses.
create table session (
  tenant_id text not null,
  session_id text not null,
  person_id text not null,
  method text not null check (method in ('oidc', 'link')),
  -- Where else the sign-in let this person in: [{tenant, roles}].
  memberships jsonb not null,
  started_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_because text,
  primary key (tenant_id, session_id)
);
create index session_living_person on session (tenant_id, person_id) where ended_at is null;

-- The inbox: what waits, the most urgent first; and the red flags above every page.
create index ticket_waiting_due on ticket (tenant_id, due_at, number)
  where state in ('pending', 'changes_requested', 'open', 'acknowledged');
create index ticket_red_flag_open on ticket (tenant_id, due_at) where red_flag and resolved_at is null;
