-- The git repository: the disk of a server is a cache of it. A pack is there when its row is; chunks
-- without one are half of a pack. Packs are compressed already.
create table git_repository (
  name text collate "C" primary key
);
create table git_refs (
  name text collate "C" primary key,
  target text collate "C" not null,
  moved_by text collate "C" not null
);
create table git_packs (
  name text collate "C" primary key,
  pack_bytes bigint not null,
  index_bytes bigint not null
);
create table git_chunks (
  pack text collate "C" not null,
  part text collate "C" not null,
  number integer not null,
  content bytea not null,
  primary key (pack, part, number)
);
alter table git_chunks alter column content set storage external;
