-- Who could act, by what they sign in with: roles and activity follow the tokens, also when one expires by itself.
alter table person add column credentials jsonb not null default '[]';
-- When what this person may do has changed or will change: tickets that wait are then looked at again.
alter table person add column recheck_at timestamptz;
update person set credentials = good.list, recheck_at = now()
from (
  select tenant_id, subject_id, jsonb_agg(jsonb_build_object('token_id', token_id, 'roles', roles, 'expires_at',
    to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by token_id) as list
  from token where kind = 'human' and revoked_at is null group by tenant_id, subject_id
) good
where good.tenant_id = person.tenant_id and good.subject_id = person.person_id;
create index person_recheck on person (recheck_at) where recheck_at is not null;
create index token_good_human on token (tenant_id, subject_id) where kind = 'human' and revoked_at is null;

-- Who works on a ticket just now. It lapses by itself, and binds nobody.
alter table ticket add column claim jsonb;
-- A slot is empty that nobody could fill.
alter table ticket add column uncovered boolean not null default false;
create index ticket_awaits_people on ticket (tenant_id, number) where state in ('pending', 'open', 'acknowledged');

-- Comments of before were not said to be for the client.
alter table ticket_comment add column visibility text not null default 'internal' check (visibility in ('internal', 'shared'));
alter table ticket_comment add column mentions jsonb not null default '[]';
alter table ticket_comment add column attachments jsonb not null default '[]';

-- Later wordings of a comment. The first stays in ticket_comment.
create table ticket_comment_edit (
  tenant_id text not null,
  ticket_id text not null,
  comment_seq bigint not null,
  seq bigint not null,
  body text not null,
  mentions jsonb not null,
  attachments jsonb not null,
  edited_at timestamptz not null,
  primary key (tenant_id, ticket_id, comment_seq, seq)
);
