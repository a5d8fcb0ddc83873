-- What was decided for a node, and what it said that it ran; documents are JSON.
create table history (
  id       integer primary key autoincrement,
  node     integer not null references nodes (id),
  kind     text not null,
  at       integer not null,
  document text not null
);
create index history_node on history (node, kind, at, id);
