alter table nodes add column contact text;
alter table nodes add column removed_by text;

create table incarnations (
  id             text primary key,
  first_revision integer not null,
  started_at     integer not null
) without rowid;
