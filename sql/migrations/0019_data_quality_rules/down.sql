-- Data quality rules, undone.
drop table ops.unchecked_days;
drop table ops.incidents;
drop function ops.settle_data_quality_issues(text, date, jsonb);
drop function ops.resolve_data_quality_issues(text, date, jsonb);
drop function ops.raise_data_quality_issue(text, date, integer, jsonb, text, text, text);
drop table ops.data_quality_issues;
drop view ops.v_data_quality_results;
drop table ops.data_quality_results;
drop view ops.v_data_quality_metrics;
drop table ops.data_quality_metrics;
drop table ops.data_quality_rules;
drop table ops.data_quality_tables;
