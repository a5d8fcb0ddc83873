-- Who has cancelled a run; null while nobody has.
alter table action_runs add column cancelled_by text;
