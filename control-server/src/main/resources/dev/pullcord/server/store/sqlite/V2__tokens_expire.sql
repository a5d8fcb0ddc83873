alter table api_tokens add column created_by text;
alter table api_tokens add column expires_at integer;
