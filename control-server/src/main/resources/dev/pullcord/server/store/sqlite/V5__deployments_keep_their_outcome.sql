-- How a deployment ended, once it has; what its nodes do later does not change it.
alter table deployments add column outcome text;
alter table deployments add column ended_at integer;
-- Whether the node was the deployment's own when it was decided, and how it was at the end.
alter table members add column own integer not null default 1;
alter table members add column end_state text;
alter table members add column end_reason text;

update members set own = 0
  where joined_at > (select started_at from deployments d where d.id = members.deployment);
-- Who left before this was kept left the count as well.
delete from members where left_at is not null and converged_at is null;
update deployments
  set outcome = 'CONVERGED', ended_at = converged_at
  where converged_at is not null;
update deployments
  set outcome = 'SUPERSEDED',
      ended_at = (select n.started_at from deployments n where n.id = deployments.superseded_by)
  where state = 'SUPERSEDED' and outcome is null and superseded_by is not null;
update members
  set end_state = iif(converged_at is null, 'WAITING', 'CONVERGED'),
      end_reason = iif(converged_at is null, 'superseded before it ran', 'ran it')
  where deployment in
    (select id from deployments where outcome is not null
      and (state = 'SUPERSEDED' or members.converged_at is not null));
