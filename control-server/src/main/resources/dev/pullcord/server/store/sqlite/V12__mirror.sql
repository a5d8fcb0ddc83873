-- The mirror of an upstream: its last look, each ref of it, and who said that something was pushed.
create table mirror (
  id             integer primary key check (id = 1),
  state          text not null,
  reason         text not null,
  fetched_at     bigint,
  failing_since  bigint,
  default_branch text
);
create table mirror_refs (
  ref       text primary key,
  commit_id text,
  standing  text not null,
  problem   text not null,
  accepted  text,
  since     bigint not null
);
create table webhook_deliveries (
  id          text primary key,
  received_at bigint not null,
  outcome     text not null,
  detail      text not null
);
create index webhook_deliveries_by_time on webhook_deliveries (received_at);
