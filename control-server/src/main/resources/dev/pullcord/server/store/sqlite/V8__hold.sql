-- While a node is under maintenance: by whom, why, until when.
alter table nodes add column suspension text;
