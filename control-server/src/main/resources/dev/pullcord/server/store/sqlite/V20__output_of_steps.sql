-- The output of a step, as a JSON string, beside the step instead of in it: who asks what ran on a
-- node reads all of its steps, and none of their output. Null for none, and for steps of before.
alter table steps add column output text;
