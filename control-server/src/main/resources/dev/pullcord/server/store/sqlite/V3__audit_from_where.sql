alter table audit add column way text;
alter table audit add column address text;
alter table audit add column refused integer not null default 0;
alter table audit add column times integer not null default 1;
update audit set refused = 1 where what = 'join.refused';
create index audit_refused on audit (refused, id);
