-- 0036_quality_scan, undone.
drop function ops.data_quality_row_versions();
drop table ops.data_quality_registry;

create or replace function ops.settle_data_quality_issues(
    p_rule_id text, p_metric_date date, p_failing_keys jsonb
) returns bigint
language sql
begin atomic
    with failing as (
        select jsonb_array_elements(p_failing_keys) as key
    ),

    resolved as (
        update ops.data_quality_issues as issue
        set status = 'resolved', resolved_at = clock_timestamp(), resolved_by = 'check', resolution = 'no longer found'
        where
            issue.rule_id = p_rule_id
            and issue.metric_date = p_metric_date
            and issue.status <> 'resolved'
            and issue.key not in (select failing.key from failing)
        returning 1
    )

    select count(*) from resolved;
end;
comment on function ops.settle_data_quality_issues(text, date, jsonb) is
'Resolves the findings of a rule and day but those whose keys are in the array; returns how many.';

create or replace function ops.raise_data_quality_issue(
    p_rule_id text,
    p_metric_date date,
    p_store_id integer,
    p_key jsonb,
    p_severity text,
    p_observed text,
    p_expected text
) returns bigint
language sql
begin atomic
    insert into ops.data_quality_issues as issue (
        rule_id, table_name, metric_date, store_id, key, severity, observed, expected
    )
    values (
        p_rule_id,
        -- the id of a rule is its table, a dot and its name
        regexp_replace(p_rule_id, '[.][^.]*$', ''),
        p_metric_date,
        p_store_id,
        coalesce(p_key, '{}'),
        p_severity,
        p_observed,
        p_expected
    )
    on conflict (rule_id, metric_date, key) where status <> 'resolved' do update
        set
            store_id = excluded.store_id,
            severity = excluded.severity,
            observed = excluded.observed,
            expected = excluded.expected,
            last_seen_at = clock_timestamp(),
            times_seen = issue.times_seen + 1
    returning issue.issue_id;
end;
comment on function ops.raise_data_quality_issue(text, date, integer, jsonb, text, text, text) is
'Notes a finding, or that a known one was seen again, and returns its number.';

drop function ops.quality_has_days(text);
