-- maintenance log: steps that no maintainer ends any more, because theirs was killed. Asked for under the lock.
-- reads:  -
-- params: -
-- rerun:  safe, finds nothing the second time
update ops.maintenance_log
set outcome = 'interrupted'
where outcome = 'running';
