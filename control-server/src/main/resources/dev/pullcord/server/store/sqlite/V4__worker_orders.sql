alter table nodes add column orders text;
