-- Data quality: rules as rows, what each check measured, single findings with a life of their own, and the days that
-- changed since they were checked.

create table ops.data_quality_tables (
    table_name text primary key,
    asset text not null,
    key_columns text[] not null,
    day_column text,
    day_grain text not null check (day_grain in ('day', 'week', 'month', 'table')),
    store_column text,
    is_active boolean not null default true,
    check ((day_column is null) = (day_grain = 'table'))
);
comment on table ops.data_quality_tables is
'The tables that have rules: the allow-list of ops.check_data_quality. Registered from the code that declares them.';
comment on column ops.data_quality_tables.day_grain is
'What one row of day_column stands for. A table without days is checked whole.';

create table ops.data_quality_rules (
    rule_id text primary key,
    table_name text not null,
    dimension text not null check (dimension in (
        'completeness', 'uniqueness', 'validity', 'range', 'pattern', 'referential', 'freshness', 'volume',
        'distribution', 'reconciliation', 'schema'
    )),
    column_names text[] not null default '{}',
    parameters jsonb not null default '{}',
    severity text not null check (severity in ('info', 'warning', 'error')),
    threshold numeric not null default 0 check (threshold between 0 and 1),
    owner text not null,
    question text not null,
    remedy text not null,
    action text not null default 'report' check (action in ('report', 'quarantine')),
    version integer not null default 1,
    is_active boolean not null default true,
    registered_at timestamptz not null default now()
);
comment on table ops.data_quality_rules is
'What must be true of a table, as data: a dimension, columns and parameters, never SQL. version rises when a '
'declaration changes; what is no longer declared is kept as inactive, because old results point at it.';
comment on column ops.data_quality_rules.threshold is
'Share of failing rows, 0 to 1, up to which the rule still passes.';
create index data_quality_rules_by_table on ops.data_quality_rules (table_name);

create table ops.data_quality_metrics (
    metric_date date not null,
    table_name text not null,
    checked_at timestamptz not null default clock_timestamp(),
    total_records bigint not null,
    null_count bigint not null,
    outlier_count bigint not null default 0,
    constraint_violations jsonb not null default '{}',
    measures jsonb not null default '{}',
    passes boolean not null,
    seconds numeric not null,
    primary key (table_name, metric_date, checked_at)
);
comment on table ops.data_quality_metrics is
'What one check of one table and day measured; history is kept. A table without days stands under the day of its '
'check.';
comment on column ops.data_quality_metrics.null_count is
'Rows that lack a value which a completeness rule asks for, whatever its severity.';
comment on column ops.data_quality_metrics.outlier_count is
'Findings of the distribution rules: stores or codes whose figure is far from their own history.';
comment on column ops.data_quality_metrics.constraint_violations is
'Failing rows of each rule that has any, by the name of the rule.';
comment on column ops.data_quality_metrics.measures is
'Exact sums of the columns that reconciliation rules compare between tables.';
comment on column ops.data_quality_metrics.passes is
'No rule of severity error failed.';

create view ops.v_data_quality_metrics as
select distinct on (metric.table_name, metric.metric_date)
    metric.metric_date,
    metric.table_name,
    metric.checked_at,
    metric.total_records,
    metric.null_count,
    metric.outlier_count,
    metric.constraint_violations,
    metric.measures,
    metric.passes,
    metric.seconds
from ops.data_quality_metrics as metric
order by metric.table_name asc, metric.metric_date asc, metric.checked_at desc;
comment on view ops.v_data_quality_metrics is 'The latest check of each table and day.';

create table ops.data_quality_results (
    rule_id text not null,
    metric_date date not null,
    checked_at timestamptz not null,
    rule_version integer not null,
    failing bigint,
    total bigint not null,
    passes boolean not null,
    observed text not null,
    sample jsonb not null default '[]',
    primary key (rule_id, metric_date, checked_at)
);
comment on table ops.data_quality_results is
'What each rule found in one check: failing rows of how many, and at most 20 of their keys.';
comment on column ops.data_quality_results.failing is
'Null when the rule could not be judged on that day; observed says why, such as too little history.';

create view ops.v_data_quality_results as
select distinct on (result.rule_id, result.metric_date)
    result.rule_id,
    result.metric_date,
    result.checked_at,
    result.rule_version,
    result.failing,
    result.total,
    result.passes,
    result.observed,
    result.sample
from ops.data_quality_results as result
order by result.rule_id asc, result.metric_date asc, result.checked_at desc;
comment on view ops.v_data_quality_results is 'The latest result of each rule and day.';

create table ops.data_quality_issues (
    issue_id bigint generated always as identity primary key,
    rule_id text not null,
    table_name text not null,
    metric_date date not null,
    store_id integer,
    key jsonb not null default '{}',
    severity text not null check (severity in ('info', 'warning', 'error')),
    status text not null default 'open' check (status in ('open', 'acknowledged', 'resolved')),
    observed text not null,
    expected text not null,
    first_seen_at timestamptz not null default clock_timestamp(),
    last_seen_at timestamptz not null default clock_timestamp(),
    times_seen integer not null default 1,
    resolved_at timestamptz,
    resolved_by text,
    resolution text,
    check ((status = 'resolved') = (resolved_at is not null))
);
comment on table ops.data_quality_issues is
'Single findings. One that is seen again is the same row, seen once more; it resolves by itself when the next check of '
'its day does not find it.';
comment on column ops.data_quality_issues.status is
'acknowledged: a person knows it and said why; it stays until the data is mended.';
create unique index data_quality_issues_once
on ops.data_quality_issues (rule_id, metric_date, key) where status <> 'resolved';
create index data_quality_issues_by_day on ops.data_quality_issues (metric_date, table_name);

create function ops.raise_data_quality_issue(
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

create function ops.resolve_data_quality_issues(p_rule_id text, p_metric_date date, p_keys jsonb) returns bigint
language sql
begin atomic
    with resolved as (
        update ops.data_quality_issues as issue
        set status = 'resolved', resolved_at = clock_timestamp(), resolved_by = 'check', resolution = 'no longer found'
        where
            issue.rule_id = p_rule_id
            and issue.metric_date = p_metric_date
            and issue.status <> 'resolved'
            and (
                p_keys is null
                or issue.key in (
                    select element.value
                    from jsonb_array_elements(resolve_data_quality_issues.p_keys) as element
                )
            )
        returning 1
    )

    select count(*) from resolved;
end;
comment on function ops.resolve_data_quality_issues(text, date, jsonb) is
'Resolves the findings of a rule and day whose keys are in the array p_keys (null: all of them); returns how many.';

create function ops.settle_data_quality_issues(p_rule_id text, p_metric_date date, p_failing_keys jsonb) returns bigint
language sql
begin atomic
    with resolved as (
        update ops.data_quality_issues as issue
        set status = 'resolved', resolved_at = clock_timestamp(), resolved_by = 'check', resolution = 'no longer found'
        where
            issue.rule_id = p_rule_id
            and issue.metric_date = p_metric_date
            and issue.status <> 'resolved'
            and issue.key not in (
                select element.value
                from jsonb_array_elements(settle_data_quality_issues.p_failing_keys) as element
            )
        returning 1
    )

    select count(*) from resolved;
end;
comment on function ops.settle_data_quality_issues(text, date, jsonb) is
'Resolves the findings of a rule and day but those whose keys are in the array; returns how many.';

create table ops.incidents (
    incident_id bigint generated always as identity primary key,
    store_id integer,
    from_date date not null,
    to_date date not null,
    kind text not null check (kind in ('outage', 'closed', 'weather', 'event', 'data', 'other')),
    noted_by text not null,
    note text not null,
    noted_at timestamptz not null default now(),
    check (to_date >= from_date)
);
comment on table ops.incidents is
'Days that people labelled as out of the ordinary, for one store or (null) all; both ends included. They are neither '
'judged by distribution rules nor learned from.';
create index incidents_by_day on ops.incidents (from_date, to_date);

create table ops.unchecked_days (
    date_key date primary key,
    marked_xid xid8 not null default pg_current_xact_id(),
    marked_at timestamptz not null default clock_timestamp()
);
comment on table ops.unchecked_days is
'Business days whose silver rows changed since they were last checked; marked in the transaction that changes them.';
