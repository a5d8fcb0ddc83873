-- Who is signed in with a browser: a hash of the session's secret, and the token that began it.
create table browser_sessions (
  id_hash text primary key,
  token_id text not null,
  address text not null,
  until integer not null,
  used_at integer not null
);
