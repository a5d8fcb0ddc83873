-- Several servers on one database: one has the store, the others wait for it. Each transaction of
-- the one that has it renews its lease, by this database's clock; `server` is its row below.
alter table store_holder add renewed timestamptz not null default now();
alter table store_holder add server text collate "C" not null default '';

-- The servers that were seen, by the address of their agents' port.
create table store_servers (
  agents_url text collate "C" primary key,
  people_url text collate "C" not null,
  version text collate "C" not null,
  seen timestamptz not null
);

-- Their public keys, of both ports, and the certificates by which one of them vouches for another.
create table store_keys (
  port text collate "C" not null,
  pin text collate "C" not null,
  certificate text collate "C" not null,
  primary key (port, pin)
);
create table store_vouchers (
  port text collate "C" not null,
  signer text collate "C" not null,
  subject text collate "C" not null,
  certificate text collate "C" not null,
  primary key (port, signer, subject)
);
