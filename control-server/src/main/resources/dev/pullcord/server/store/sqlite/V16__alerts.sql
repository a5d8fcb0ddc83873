-- What each receiver was told of and is still so, since when each receiver is known, and the
-- messages that are on their way to receivers or were.
create table alert_stories (
  receiver   text not null,
  event      text not null,
  subject    text not null,
  cause      text not null,
  told_at    bigint not null,
  cleared_at bigint,
  primary key (receiver, event, subject)
);
create table alert_receivers (
  name  text primary key,
  since bigint not null
);
create table outbox (
  id         integer primary key autoincrement,
  message_id text not null unique,
  receiver   text not null,
  event      text not null,
  slot       text,
  title      text not null,
  body       text not null,
  created_at bigint not null,
  state      text not null,
  tries      integer not null,
  next_at    bigint not null,
  until      bigint not null,
  problem    text not null,
  ended_at   bigint
);
create index outbox_by_receiver on outbox (receiver, state, id);
