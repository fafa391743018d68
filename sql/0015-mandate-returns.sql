-- A partial outcome gives back the part of a draw that was not used.
alter table mandate_use add column returned_minor bigint not null default 0;

update mandate_use set returned_minor = amount_minor where returned_at is not null;

alter table mandate_use add constraint mandate_use_returned check (returned_minor between 0 and amount_minor);
