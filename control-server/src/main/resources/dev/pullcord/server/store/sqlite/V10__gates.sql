create table gates (
  ref          text primary key,
  before_id    text,
  candidate_id text not null,
  owner        text not null,
  opened_at    integer not null,
  canaries     text not null
);
