-- 0036_quality_scan: rules are registered once, and findings of tables without days end.
create table ops.data_quality_registry (
    is_only boolean primary key default true check (is_only),
    digest text not null,
    row_versions text not null,
    registered_at timestamptz not null default now()
);
comment on table ops.data_quality_registry is
'The digest of the declaration that was registered last, and the versions of the rows that it left.';

create function ops.data_quality_row_versions() returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    -- a row that is written gets another xmin, whoever writes it
    select count(*) || ' ' || coalesce(sum(known.version), 0)
    from (
        select xmin::text::numeric as version from ops.data_quality_tables
        union all
        select xmin::text::numeric as version from ops.data_quality_rules
    ) as known;
$$;
comment on function ops.data_quality_row_versions() is
'A word that is another one after any change of the registered tables and rules.';

create function ops.quality_has_days(p_rule_id text) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select not exists (
        select 1
        from ops.data_quality_tables as declared
        where
            declared.day_grain = 'table'
            -- the id of a rule is its table, a dot and its name
            and declared.table_name = regexp_replace(p_rule_id, '[.][^.]*$', '')
    );
$$;
comment on function ops.quality_has_days(text) is
'Whether findings of a rule belong to a day; not of a table that is checked whole, as it is now.';

-- of the findings that were raised once a day for one condition, the latest is left
update ops.data_quality_issues as issue
set
    status = 'resolved',
    resolved_at = clock_timestamp(),
    resolved_by = 'migration',
    resolution = 'found again on a later day'
where
    issue.status <> 'resolved'
    and not ops.quality_has_days(issue.rule_id)
    and exists (
        select 1
        from ops.data_quality_issues as later
        where
            later.rule_id = issue.rule_id
            and later.key = issue.key
            and later.status <> 'resolved'
            and later.metric_date > issue.metric_date
    );

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
    -- a table without days is found as it is now: what was found of it on another day is the same finding
    update ops.data_quality_issues as issue
    set metric_date = p_metric_date
    where
        issue.rule_id = p_rule_id
        and issue.key = coalesce(p_key, '{}')
        and issue.metric_date <> p_metric_date
        and issue.status <> 'resolved'
        and not ops.quality_has_days(p_rule_id);

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
'Notes a finding, or that a known one was seen again, and returns its number. That of a table without days moves '
'to the day of the check.';

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
            and (issue.metric_date = p_metric_date or not ops.quality_has_days(p_rule_id))
            and issue.status <> 'resolved'
            and issue.key not in (select failing.key from failing)
        returning 1
    )

    select count(*) from resolved;
end;
comment on function ops.settle_data_quality_issues(text, date, jsonb) is
'Resolves the findings of a rule and day (a table without days: of the rule) but those whose keys are in the array; '
'returns how many.';
