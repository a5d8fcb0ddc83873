create table rollouts (
  deployment integer primary key references deployments (id),
  ref        text not null,
  commit_id  text not null,
  before_id  text,
  document   text not null
);
