-- A deletion asks which deployments name the deleted one as theirs that came after it. Without an
-- index it reads all deployments of all branches, for each that is deleted.
create index deployments_by_successor on deployments (superseded_by);
