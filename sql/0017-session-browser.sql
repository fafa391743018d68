-- What the browser called itself at sign-in, so that people know their sessions apart.
alter table session add column browser text;
