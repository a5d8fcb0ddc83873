-- When a server last said that a key is its own: what vouches for it is shown before that of others.
alter table store_keys add seen timestamptz not null default now();
