create table action_runs (
  id          integer primary key autoincrement,
  action      text not null,
  parameters  text not null,
  started_by  text not null,
  started_at  integer not null,
  ended_at    integer,
  batch       text,
  at_once     integer not null,
  stop_after  integer,
  begin_until integer not null
);

-- Each node's part. The order's key is what the node claims, so it is never given twice.
create table action_run_nodes (
  run         integer not null references action_runs (id) on delete cascade,
  node        integer not null,
  name        text not null,
  order_key   text not null unique,
  commit_id   text,
  timeout     integer not null,
  state       text not null,
  released_at integer,
  ended_at    integer,
  exit_code   integer,
  took_millis integer,
  reason      text not null,
  not_reached integer not null,
  output      text not null,
  output_size integer not null,
  cut         integer not null,
  primary key (run, name)
);

create index action_runs_open on action_runs (ended_at);
