-- The hours in which nodes of the branch begin with something new; null for always.
alter table refs add column windows text;
-- Why an operator led the branch back to the commit; null when it was pushed.
alter table deployments add column rollback text;
-- Whether the pin holds in spite of freezes and windows.
alter table pins add column even_frozen integer not null default 0;

-- Empty text stands for every branch, and for every node.
create table freezes (
  ref        text not null,
  selector   text not null,
  owner      text not null,
  reason     text not null,
  created_at integer not null,
  expires_at integer not null,
  outside    text,
  primary key (ref, selector)
);

create table rollbacks (
  ref        text primary key,
  commit_id  text not null,
  from_id    text not null,
  subject    text not null,
  author     text not null,
  owner      text not null,
  reason     text not null,
  created_at integer not null,
  ends_at    integer
);
