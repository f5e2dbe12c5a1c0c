-- 0036_quality_decisions, undone.
drop function ops.issue_matches(ops.data_quality_issues, jsonb);
update ops.data_quality_issues
set resolved_by = acknowledged_by, resolution = acknowledgement
where status = 'acknowledged';
alter table ops.data_quality_issues
drop column acknowledged_at,
drop column acknowledged_by,
drop column acknowledgement;
comment on column ops.store_days.is_changed is 'Silver changed since the last audit.';
drop view ops.v_relabelled_checks;
drop table ops.relabelled_days, ops.removed_incidents;
drop function ops.failing_sales(text, date, jsonb, bigint);
