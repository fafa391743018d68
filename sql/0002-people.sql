-- The people of a tenant: who could fill a slot, where to reach them, and who stands in for them.
create table person (
  tenant_id text not null,
  person_id text not null,
  name text not null,
  email text,
  -- IANA name; null means the tenant's.
  time_zone text,
  roles jsonb not null,
  active boolean not null,
  away_from timestamptz,
  away_until timestamptz,
  delegate_to text,
  created_at timestamptz not null,
  primary key (tenant_id, person_id)
);

-- Humans known so far by a token that is still good.
insert into person (tenant_id, person_id, name, roles, active, created_at)
select distinct on (tenant_id, subject_id) tenant_id, subject_id, subject_id, roles, true, created_at
from token where kind = 'human' and revoked_at is null order by tenant_id, subject_id, created_at desc;
