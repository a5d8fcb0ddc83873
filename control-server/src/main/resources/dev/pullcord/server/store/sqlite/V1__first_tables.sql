-- Times are milliseconds since 1970, UTC. Hashes and ids are lower-case hex.
create table counters (
  name  text primary key,
  value integer not null
) without rowid;
insert into counters (name, value) values ('revision', 0);

create table nodes (
  id             integer primary key,
  name           text not null,
  key_id         text not null,
  labels         text not null,
  ref            text not null,
  join_token     text not null,
  enrolled_at    integer not null,
  retry          integer not null default 0,
  retry_revision integer not null default 0,
  epoch          integer not null default 0,
  agent_version  text,
  boot_id        text,
  last_seen      integer,
  state          text,
  state_since    integer,
  decision       text,
  removed_at     integer
);
create unique index nodes_name on nodes (name) where removed_at is null;
create unique index nodes_key on nodes (key_id) where removed_at is null;

create table pins (
  node       integer primary key references nodes (id),
  ref        text not null,
  branch     integer not null,
  commit_id  text not null,
  owner      text not null,
  reason     text not null,
  created_at integer not null,
  expires_at integer not null
);

create table refs (
  ref       text primary key,
  commit_id text not null,
  before_id text,
  subject   text not null,
  author    text not null,
  pushed_by text not null,
  moved_at  integer not null
) without rowid;

create table deployments (
  id            integer primary key autoincrement,
  ref           text not null,
  commit_id     text not null,
  before_id     text,
  subject       text not null,
  author        text not null,
  pushed_by     text not null,
  state         text not null,
  started_at    integer not null,
  converged_at  integer,
  superseded_by integer references deployments (id)
);
create index deployments_ref on deployments (ref, id);
create unique index deployments_live on deployments (ref) where state <> 'SUPERSEDED';

create table members (
  deployment   integer not null references deployments (id),
  node         integer not null references nodes (id),
  joined_at    integer not null,
  converged_at integer,
  left_at      integer,
  primary key (deployment, node)
) without rowid;

create table statuses (
  node        integer primary key references nodes (id),
  epoch       integer not null,
  n           integer not null,
  received_at integer not null,
  revision    integer not null,
  status      text not null,
  fault       text
);

create table report_numbers (
  node  integer not null references nodes (id),
  epoch integer not null,
  n     integer not null,
  primary key (node, epoch, n)
) without rowid;

create table steps (
  id         integer primary key autoincrement,
  node       integer not null references nodes (id),
  epoch      integer not null,
  n          integer not null,
  place      integer not null,
  deployment integer,
  step       text not null
);
create unique index steps_number on steps (node, epoch, n, place);
create index steps_deployment on steps (deployment, node);

create table join_tokens (
  id           text primary key,
  secret_hash  text not null,
  created_by   text not null,
  expires_at   integer not null,
  uses_left    integer not null,
  name_pattern text,
  labels       text not null,
  refs         text not null
) without rowid;

create table api_tokens (
  id          text primary key,
  owner       text not null,
  role        text not null,
  secret_hash text not null,
  created_at  integer not null
) without rowid;

create table audit (
  id          integer primary key autoincrement,
  at          integer not null,
  who         text not null,
  what        text not null,
  subject     text not null,
  before_text text,
  after_text  text
);
