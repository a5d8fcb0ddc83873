-- How many nodes of a deployment ended in which state, where their rows were deleted: of each branch
-- the newest deployments keep them. NAME=NUMBER with spaces between; null while the rows are there.
alter table deployments add members_kept text collate "C";
