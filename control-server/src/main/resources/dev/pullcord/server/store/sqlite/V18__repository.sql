-- The git repository, where the store keeps it. A store in this file does not: the disk has it, and
-- these tables stay empty. A pack is there when its row is; chunks without one are half of a pack.
create table git_repository (
  name text primary key
);
create table git_refs (
  name     text primary key,
  target   text not null,
  moved_by text not null
);
create table git_packs (
  name        text primary key,
  pack_bytes  bigint not null,
  index_bytes bigint not null
);
create table git_chunks (
  pack    text not null,
  part    text not null,
  number  integer not null,
  content blob not null,
  primary key (pack, part, number)
);
