-- Data quality: rules as rows, what each check measured, single findings with a life of their own, and the days that
-- changed since they were checked.

create table ops.data_quality_tables (
    table_name text primary key,
    asset text not null,
    key_columns text[] not null,
    day_column text,
    day_grain text not null check (day_grain in ('day', 'week', 'month', 'table')),
    store_column text,
    weight_column text,
    is_active boolean not null default true,
    check ((day_column is null) = (day_grain = 'table'))
);
comment on table ops.data_quality_tables is
'The tables that have rules: the allow-list of ops.check_data_quality. Registered from the code that declares them.';
comment on column ops.data_quality_tables.day_grain is
'What one row of day_column stands for. A table without days is checked whole.';

comment on column ops.data_quality_tables.weight_column is
'What a row stands for, such as the lines of a sale; results say how many of them fail, beside the rows.';

create table ops.data_quality_rules (
    rule_id text primary key,
    table_name text not null,
    dimension text not null check (dimension in (
        'completeness', 'uniqueness', 'validity', 'range', 'pattern', 'referential', 'freshness', 'volume',
        'distribution', 'reconciliation', 'schema'
    )),
    scope text not null check (scope in ('row', 'day')),
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
comment on column ops.data_quality_rules.scope is
'row: every row of the day answers for itself, in one scan; day: the day as a whole is judged.';
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
    seen_xid xid8 not null default pg_snapshot_xmin(pg_current_snapshot()),
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
comment on column ops.data_quality_metrics.seen_xid is
'Every transaction below it was seen by the check; 0 when the day still waited for gold, so that it stays due.';
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
    failing_weight bigint,
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
    result.failing_weight,
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
    with mended as (
        select jsonb_array_elements(p_keys) as key
    ),

    resolved as (
        update ops.data_quality_issues as issue
        set status = 'resolved', resolved_at = clock_timestamp(), resolved_by = 'check', resolution = 'no longer found'
        where
            issue.rule_id = p_rule_id
            and issue.metric_date = p_metric_date
            and issue.status <> 'resolved'
            and (p_keys is null or issue.key in (select mended.key from mended))
        returning 1
    )

    select count(*) from resolved;
end;
comment on function ops.resolve_data_quality_issues(text, date, jsonb) is
'Resolves the findings of a rule and day whose keys are in the array p_keys (null: all of them); returns how many.';

create function ops.settle_data_quality_issues(p_rule_id text, p_metric_date date, p_failing_keys jsonb) returns bigint
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

create table ops.changed_days (
    date_key date primary key,
    changed_xid xid8 not null default pg_current_xact_id(),
    changed_at timestamptz not null default clock_timestamp()
);
comment on table ops.changed_days is
'When the silver rows of each business day last changed, written in the transaction that changes them. A check that '
'saw less than changed_xid is due again.';
-- what is there already was never checked
insert into ops.changed_days (date_key)
select distinct sale.date_key
from scout.silver_transaction_keys as sale;

create view ops.v_due_checks as
with days as (
    select
        'business' as calendar,
        changed.date_key,
        changed.changed_xid
    from ops.changed_days as changed
    union all
    select
        'receipt' as calendar,
        (batch.received_at at time zone 'utc')::date as date_key,
        batch.ingest_xid as changed_xid
    from scout.bronze_ingestion_batches as batch
),

changes as (
    select
        declared.table_name,
        case declared.day_grain
            when 'table' then current_date
            when 'day' then days.date_key
            else date_trunc(declared.day_grain, days.date_key)::date
        end as check_date,
        days.date_key,
        days.changed_xid
    from ops.data_quality_tables as declared
    inner join days
        on case when declared.asset like 'bronze/%' then 'receipt' else 'business' end = days.calendar
    where declared.is_active
),

seen as (
    select
        changes.table_name,
        changes.check_date,
        bool_or(
            coalesce(
                changes.changed_xid >= latest.seen_xid
                -- seen in the cluster that this database was restored from
                or latest.seen_xid > pg_snapshot_xmax(pg_current_snapshot()),
                true
            )
        ) as is_changed
    from changes
    left join lateral (
        select metric.seen_xid
        from ops.data_quality_metrics as metric
        where metric.table_name = changes.table_name and metric.metric_date = changes.check_date
        order by metric.checked_at desc
        limit 1
    ) as latest on true
    group by changes.table_name, changes.check_date
),

-- days after a known one on which nothing came: a silence is only seen by looking at them
gaps as (
    select
        changed.date_key,
        lead(changed.date_key) over (order by changed.date_key) as next_day
    from ops.changed_days as changed
),

empty_days as (
    select
        declared.table_name,
        empty.date_key::date as check_date
    from gaps
    -- what stays away for more than a month was not silent, it was not there
    cross join
        lateral generate_series(
            gaps.date_key + 1, least(gaps.next_day - 1, gaps.date_key + 31), interval '1 day'
        ) as empty (date_key)
    cross join ops.data_quality_tables as declared
    where
        gaps.next_day is not null
        and declared.is_active
        and declared.day_grain = 'day'
        and exists (
            select 1
            from ops.data_quality_rules as rule
            where rule.table_name = declared.table_name and rule.is_active and rule.dimension = 'volume'
        )
        and not exists (
            select 1
            from ops.data_quality_metrics as metric
            where metric.table_name = declared.table_name and metric.metric_date = empty.date_key::date
        )
)

select
    seen.table_name,
    seen.check_date
from seen
where seen.is_changed
union
select
    empty_days.table_name,
    empty_days.check_date
from empty_days;
comment on view ops.v_due_checks is
'Tables and days that changed since they were last checked, or that nobody looked at yet.';

create table ops.code_prices (
    sku text not null,
    date_key date not null,
    avg_price numeric not null,
    line_count bigint not null,
    primary key (sku, date_key)
);
comment on table ops.code_prices is
'What one unit of each code was sold for on each day, over all stores: the history that its price is compared with. '
'Computed when the day is checked.';
create index code_prices_by_day on ops.code_prices (date_key);

create function ops.register_data_quality_rules(p_declared jsonb) returns bigint
language sql
set search_path = pg_catalog, pg_temp
as $$
    with declared_tables as (
        select declared.*
        from
            jsonb_to_recordset(p_declared -> 'tables') as declared (
                table_name text, asset text, key_columns text[], day_column text, day_grain text, store_column text,
                weight_column text
            )
    ),

    declared_rules as (
        select declared.*
        from
            jsonb_to_recordset(p_declared -> 'rules') as declared (
                rule_id text, table_name text, dimension text, scope text, column_names text[], parameters jsonb,
                severity text, threshold numeric, owner text, question text, remedy text, action text
            )
    ),

    registered_tables as (
        insert into ops.data_quality_tables as known (
            table_name, asset, key_columns, day_column, day_grain, store_column, weight_column
        )
        select
            declared_tables.table_name,
            declared_tables.asset,
            declared_tables.key_columns,
            declared_tables.day_column,
            declared_tables.day_grain,
            declared_tables.store_column,
            declared_tables.weight_column
        from declared_tables
        on conflict (table_name) do update
            set
                asset = excluded.asset,
                key_columns = excluded.key_columns,
                day_column = excluded.day_column,
                day_grain = excluded.day_grain,
                store_column = excluded.store_column,
                weight_column = excluded.weight_column,
                is_active = true
            where
                (known.asset, known.key_columns, known.day_column, known.day_grain, known.store_column,
                    known.weight_column, known.is_active)
                is distinct from
                (
                    excluded.asset, excluded.key_columns, excluded.day_column, excluded.day_grain,
                    excluded.store_column, excluded.weight_column, true
                )
        returning 1
    ),

    registered_rules as (
        insert into ops.data_quality_rules as known (
            rule_id, table_name, dimension, scope, column_names, parameters, severity, threshold, owner, question,
            remedy, action
        )
        select
            declared_rules.rule_id,
            declared_rules.table_name,
            declared_rules.dimension,
            declared_rules.scope,
            declared_rules.column_names,
            declared_rules.parameters,
            declared_rules.severity,
            declared_rules.threshold,
            declared_rules.owner,
            declared_rules.question,
            declared_rules.remedy,
            declared_rules.action
        from declared_rules
        on conflict (rule_id) do update
            set
                dimension = excluded.dimension,
                scope = excluded.scope,
                column_names = excluded.column_names,
                parameters = excluded.parameters,
                severity = excluded.severity,
                threshold = excluded.threshold,
                owner = excluded.owner,
                question = excluded.question,
                remedy = excluded.remedy,
                action = excluded.action,
                is_active = true,
                version = known.version + 1,
                registered_at = now()
            where
                (
                    known.dimension, known.scope, known.column_names, known.parameters, known.severity,
                    known.threshold, known.owner, known.question, known.remedy, known.action, known.is_active
                )
                is distinct from
                (
                    excluded.dimension, excluded.scope, excluded.column_names, excluded.parameters,
                    excluded.severity, excluded.threshold, excluded.owner, excluded.question, excluded.remedy,
                    excluded.action, true
                )
        returning 1
    ),

    retired_tables as (
        update ops.data_quality_tables as known
        set is_active = false
        where
            known.is_active
            and known.table_name not in (select declared_tables.table_name from declared_tables)
        returning 1
    ),

    retired_rules as (
        update ops.data_quality_rules as known
        set is_active = false
        where known.is_active and known.rule_id not in (select declared_rules.rule_id from declared_rules)
        returning 1
    )

    select count(*)
    from (
        select 1 from registered_tables
        union all
        select 1 from registered_rules
        union all
        select 1 from retired_tables
        union all
        select 1 from retired_rules
    ) as changed;
$$;
comment on function ops.register_data_quality_rules(jsonb) is
'Makes the registry equal to the declaration {tables, rules}: a changed rule gets the next version, one that is gone '
'is retired. Returns the number of rows that changed.';

create function ops.quality_column(p_table regclass, p_column text) returns text
language plpgsql stable strict
set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from pg_attribute as a
        where a.attrelid = p_table and a.attname = p_column and a.attnum > 0 and not a.attisdropped
    ) then
        raise exception using
            errcode = 'undefined_column',
            message = format('a rule of %s names the column %I, which the table does not have', p_table, p_column),
            hint = 'correct the rule beside its table, or the migration that changed the table';
    end if;
    return quote_ident(p_column);
end
$$;
comment on function ops.quality_column(regclass, text) is
'The column''s name, quoted, after the catalogue was asked whether the table has it.';

create function ops.quality_range(p_table regclass, p_grain text, p_column text, p_day date) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    -- a table without days has no range, and the grain 'table' is no unit of time
    is_dated constant boolean := p_column is not null;
    first_day constant date := case
        when is_dated and p_grain <> 'day' then date_trunc(p_grain, p_day)::date else p_day
    end;
    next_day constant date := case
        when is_dated and p_grain <> 'day' then (date_trunc(p_grain, p_day) + ('1 ' || p_grain)::interval)::date
        else p_day + 1
    end;
    -- a moment of receipt belongs to the UTC day; the bounds say so, whatever the session's zone is
    utc constant text := case
        when (
            select a.atttypid = 'timestamptz'::regtype
            from pg_attribute as a
            where a.attrelid = p_table and a.attname = p_column
        ) then ' 00:00:00+00' else ''
    end;
begin
    if not is_dated then
        return null;
    end if;
    return format(
        't.%1$s >= %2$L and t.%1$s < %3$L', ops.quality_column(p_table, p_column), first_day || utc, next_day || utc
    );
end
$$;
comment on function ops.quality_range(regclass, text, text, date) is
'The rows of one day, or of the week or month it lies in, as a half-open range on the column, so that partitions are '
'pruned. Null without a column: the table is checked whole.';

create function ops.quality_condition(p_table regclass, p_rule ops.data_quality_rules) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    names constant text[] := array(
        select 't.' || ops.quality_column(p_table, named.name)
        from unnest(p_rule.column_names) with ordinality as named (name, place)
        order by named.place
    );
    parameters constant jsonb := p_rule.parameters;
    figure text := names[1];
    bounds text;
    condition text;
    other regclass;
begin
    case p_rule.dimension
        when 'completeness' then
            condition := array_to_string(array(select format('%s is null', name) from unnest(names) as name), ' or ');
        when 'validity' then
            condition := format(
                '%s::text <> all (%L::text[])',
                figure, array(select jsonb_array_elements_text(parameters -> 'values'))
            );
        when 'range' then
            if parameters ? 'per' then
                figure := format('%s::numeric / nullif(t.%s, 0)', figure, ops.quality_column(p_table, parameters ->> 'per'));
            end if;
            select string_agg(
                case
                    when parameters ? bound.name then
                        format('%s %s %L', figure, bound.sign, parameters ->> bound.name)
                    else
                        format(
                            '%s %s t.%s', figure, bound.sign,
                            ops.quality_column(p_table, parameters ->> (bound.name || '_column'))
                        )
                end,
                ' or '
            )
            into bounds
            from (
                values ('min', '<'), ('above', '<='), ('max', '>'), ('below', '>='), ('other_than', '=')
            ) as bound (name, sign)
            where parameters ?| array[bound.name, bound.name || '_column'];
            condition := bounds;
        when 'pattern' then
            condition := format('%s !~ %L', figure, parameters ->> 'pattern');
        when 'referential' then
            other := (parameters ->> 'table')::regclass;
            condition := format(
                '%s and not exists (select from %s as r where %s)',
                array_to_string(array(select format('%s is not null', name) from unnest(names) as name), ' and '),
                other,
                (
                    select string_agg(
                        format('r.%s = %s', ops.quality_column(other, referred.name), names[referred.place]), ' and '
                    )
                    from jsonb_array_elements_text(parameters -> 'columns')
                        with ordinality as referred (name, place)
                )
            );
        when 'reconciliation' then
            condition := format(
                'abs(%s - (%s)) > %L', figure,
                (
                    select string_agg(
                        format('coalesce(t.%s, 0)', ops.quality_column(p_table, part.name)),
                        case when parameters ? 'equals_product_of' then ' * ' else ' + ' end
                    )
                    from jsonb_array_elements_text(
                        coalesce(parameters -> 'equals_sum_of', parameters -> 'equals_product_of')
                    ) as part (name)
                ),
                coalesce(parameters ->> 'tolerance', '0')
            );
    end case;
    if condition is null then
        raise exception 'rule % says nothing that a row could break', p_rule.rule_id;
    end if;
    -- `when` narrows the rows that are asked: {column: [values]}, or null for "is empty"
    return coalesce(
        (
            select string_agg(
                case
                    when asked.expected = 'null' then
                        format('t.%s is null', ops.quality_column(p_table, asked.name))
                    else
                        format(
                            't.%s::text = any (%L::text[])', ops.quality_column(p_table, asked.name),
                            array(select jsonb_array_elements_text(asked.expected))
                        )
                end,
                ' and '
            ) || ' and '
            from jsonb_each(parameters -> 'when') as asked (name, expected)
        ),
        ''
    ) || '(' || condition || ')';
end
$$;
comment on function ops.quality_condition(regclass, ops.data_quality_rules) is
'What is true of a row that breaks the rule. Built from a fixed set of forms; names are asked of the catalogue and '
'quoted, values are literals: no SQL comes from the registry.';

create function ops.quality_statement(p_table regclass, p_day date) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    declared constant ops.data_quality_tables := (
        select known from ops.data_quality_tables as known where known.table_name::regclass = p_table
    );
    row_rules constant ops.data_quality_rules[] := array(
        select rule
        from ops.data_quality_rules as rule
        where rule.table_name = declared.table_name and rule.is_active and rule.scope = 'row'
        order by rule.rule_id
    );
    day_rules constant ops.data_quality_rules[] := array(
        select rule
        from ops.data_quality_rules as rule
        where
            rule.table_name = declared.table_name and rule.is_active and rule.scope = 'day'
            and rule.dimension in ('uniqueness', 'freshness')
        order by rule.rule_id
    );
    measured constant text[] := array(
        select distinct measure.name
        from ops.data_quality_rules as rule
        cross join lateral (
            values
            (case when rule.table_name = declared.table_name then rule.column_names[1] end),
            (case when rule.parameters ->> 'table' = declared.table_name then rule.parameters ->> 'column' end)
        ) as measure (name)
        where rule.is_active and rule.dimension = 'reconciliation' and rule.scope = 'day' and measure.name is not null
        order by measure.name
    );
    keys constant text := (
        select string_agg('t.' || ops.quality_column(p_table, key_column), ', ')
        from unnest(declared.key_columns) as key_column
    );
    columns text := keys;
    totals text := 'count(*) as n';
    pairs text[] := '{}';
    mask text := '0::bigint';
    weight text := coalesce(
        (select 't.' || ops.quality_column(p_table, declared.weight_column)), 'null::bigint'
    );
    null_bits bigint := 0;
begin
    if cardinality(row_rules) > 62 then
        raise exception '% has % rules for rows, a mask has room for 62', p_table, cardinality(row_rules);
    end if;
    for bit in 1 .. cardinality(row_rules) loop
        mask := mask || format(
            E'\n        | case when %s then %s::bigint else 0 end',
            ops.quality_condition(p_table, row_rules[bit]), 1::bigint << (bit - 1)
        );
        if row_rules[bit].dimension = 'completeness' then
            null_bits := null_bits | 1::bigint << (bit - 1);
        end if;
    end loop;
    for number in 1 .. cardinality(measured) loop
        columns := columns || format(', t.%s as measure_%s', ops.quality_column(p_table, measured[number]), number);
        totals := totals || format(', sum(measure_%1$s) as measure_%1$s', number);
    end loop;
    for number in 1 .. cardinality(day_rules) loop
        if day_rules[number].dimension = 'freshness' then
            columns := columns || format(
                ', t.%s as newest_%s', ops.quality_column(p_table, day_rules[number].column_names[1]), number
            );
            totals := totals || format(', max(newest_%1$s) as newest_%1$s', number);
            pairs := pairs || format(
                '%L, (select max(newest_%s) from masks)', day_rules[number].rule_id, number
            );
        else
            columns := columns || format(
                ', hash_record_extended(row(%s), 0) as same_%s',
                (
                    select string_agg('t.' || ops.quality_column(p_table, name), ', ')
                    from unnest(day_rules[number].column_names) as name
                ),
                number
            );
            pairs := pairs || format(
                '%L, (select jsonb_build_object(''failing'', coalesce(sum(repeated.n - 1), 0), ''sample'', '
                'coalesce(jsonb_agg(repeated.key) filter (where repeated.place <= 20), ''[]'')) '
                'from (select count(*) as n, min(to_jsonb(row(%s))::text)::jsonb as key, '
                'row_number() over () as place from checked as t group by same_%s having count(*) > 1) as repeated)',
                day_rules[number].rule_id, keys, number
            );
        end if;
    end loop;
    return format(
        $statement$with checked as materialized (
    select
        %1$s as mask,
        %11$s as weight,
        %2$s
    from %3$s as t
    %4$s
),

masks as (
    select mask, sum(weight) as weight, %5$s
    from checked
    group by mask
)

select jsonb_build_object(
    'total', (select coalesce(sum(n), 0) from masks),
    'nulls', (select coalesce(sum(n), 0) from masks where mask & %6$s <> 0),
    'measures', jsonb_build_object(%7$s),
    'days', jsonb_build_object(%8$s),
    'rows', coalesce((
        select jsonb_object_agg(
            rule.rule_id,
            jsonb_build_object('failing', broken.n, 'weight', broken.weight, 'sample', (
                select jsonb_agg(to_jsonb(sampled))
                from (
                    select %9$s from checked as t where t.mask & (1::bigint << (rule.place - 1)::integer) <> 0 limit 20
                ) as sampled
            ))
        )
        from unnest(%10$L::text[]) with ordinality as rule (rule_id, place)
        cross join lateral (
            select sum(n) as n, sum(weight) as weight from masks where mask & (1::bigint << (rule.place - 1)::integer) <> 0
        ) as broken
        where broken.n > 0
    ), '{}')
)$statement$,
        mask,
        columns,
        p_table,
        case
            when declared.day_column is not null
                then 'where ' || ops.quality_range(p_table, declared.day_grain, declared.day_column, p_day)
            else ''
        end,
        totals,
        null_bits,
        (
            select string_agg(format('%L, (select sum(measure_%s) from masks)', measure.name, measure.place), ', ')
            from unnest(measured) with ordinality as measure (name, place)
        ),
        array_to_string(pairs, ', '),
        keys,
        array(select rule.rule_id from unnest(row_rules) as rule),
        weight
    );
end
$$;
comment on function ops.quality_statement(regclass, date) is
'The one statement that asks every rule for rows of a table about one day: a bit a rule in one scan of the day, then '
'counts by mask and at most 20 keys a rule from what was read.';

create function ops.quality_days(p_day date, p_window integer, p_by_class boolean)
returns table (date_key date, day_class text)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with classes as (
        select
            days.date_key::date as date_key,
            case
                when not p_by_class then 'any day'
                when calendar.is_holiday then 'holiday'
                when calendar.is_payday then 'payday'
                else to_char(days.date_key, 'FMDay')
            end as day_class
        from generate_series(p_day - 400, p_day, interval '1 day') as days (date_key)
        left join scout.dim_date as calendar on days.date_key::date = calendar.date_key
    ),

    tested as (
        select classes.day_class
        from classes
        where classes.date_key = p_day
    )

    select
        classes.date_key,
        classes.day_class
    from classes
    cross join tested
    where
        classes.date_key = p_day
        or (
            -- an ordinary day learns from the ordinary days of the window; a holiday or pay day only from its like
            case
                when tested.day_class in ('holiday', 'payday') then classes.day_class = tested.day_class
                else classes.day_class not in ('holiday', 'payday') and classes.date_key >= p_day - p_window
            end
            and not exists (
                select 1
                from ops.incidents as incident
                where
                    incident.store_id is null
                    and classes.date_key between incident.from_date and incident.to_date
            )
        );
$$;
comment on function ops.quality_days(date, integer, boolean) is
'The day and the earlier days that it may be compared with, each with its class: holiday, pay day, or weekday '
'(when classes do not matter, one for all). Days '
'with an incident of all stores are left out.';

create function ops.quality_outliers(p_table regclass, p_day date)
returns table (rule_id text, entity text, figure numeric, expected numeric, score numeric, is_outlier boolean)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    declared constant ops.data_quality_tables := (
        select known from ops.data_quality_tables as known where known.table_name::regclass = p_table
    );
    rules constant ops.data_quality_rules[] := array(
        select rule
        from ops.data_quality_rules as rule
        where
            rule.table_name = declared.table_name and rule.is_active and rule.scope = 'day'
            and rule.dimension = 'distribution'
        order by rule.rule_id
    );
    entity text;
    figures text;
begin
    if cardinality(rules) = 0 then
        return;
    end if;
    entity := ops.quality_column(p_table, rules[1].parameters ->> 'entity');
    select string_agg(
        format(
            '(%L, case when %s then (t.%s%s)::numeric end, %L::numeric, %L::numeric, %L::bigint)',
            rule.rule_id,
            coalesce(
                't.' || ops.quality_column(p_table, rule.parameters ->> 'counted')
                || ' >= ' || quote_literal(rule.parameters ->> 'min_count'),
                'true'
            ),
            ops.quality_column(p_table, rule.column_names[1]),
            coalesce(' / nullif(t.' || ops.quality_column(p_table, rule.parameters ->> 'per') || ', 0)', ''),
            rule.parameters ->> 'limit', rule.parameters ->> 'min_change', rule.parameters ->> 'min_history'
        ),
        ', '
    )
    into figures
    from unnest(rules) as rule;
    return query execute format(
        $statement$with facts as materialized (
    select t.%1$s as entity, days.date_key, days.day_class, f.rule_id, f.figure, f.score_limit, f.min_change, f.min_history
    from ops.quality_days($1, $2, $3) as days
    inner join %2$s as t on t.%3$s = days.date_key
    cross join lateral (values %4$s) as f (rule_id, figure, score_limit, min_change, min_history)
    where
        f.figure is not null
        and not exists (
            select from ops.incidents as incident
            where
                %5$s
                and days.date_key between incident.from_date and incident.to_date
        )
),

centre as (
    select
        rule_id, entity, day_class, count(*) as n,
        percentile_cont(0.5) within group (order by figure)::numeric as median
    from facts
    where date_key < $1
    group by rule_id, entity, day_class
),

spread as (
    select
        facts.rule_id, facts.entity, count(*) as n,
        1.4826 * percentile_cont(0.5) within group (order by abs(facts.figure / centre.median - 1))::numeric as deviation
    from facts
    inner join centre using (rule_id, entity, day_class)
    where facts.date_key < $1 and centre.median > 0 and centre.n > 1
    group by facts.rule_id, facts.entity
),

judged as (
    select
        facts.*, centre.median,
        -- a history without any spread still allows for the rounding of small figures
        (facts.figure / centre.median - 1) / greatest(spread.deviation, 0.05) as score
    from facts
    inner join centre using (rule_id, entity, day_class)
    inner join spread using (rule_id, entity)
    where
        facts.date_key = $1 and centre.median > 0
        and centre.n >= facts.min_history and spread.n >= 2 * facts.min_history
)

select
    rule_id, entity::text, round(figure, 4), round(median, 4), round(score, 2),
    -- a third and three times are equally far
    abs(score) > score_limit
    and (figure <= 0 or greatest(figure / median, median / nullif(figure, 0)) - 1 >= min_change)
from judged$statement$,
        entity,
        p_table,
        ops.quality_column(p_table, declared.day_column),
        figures,
        case
            when declared.store_column is null then 'false'
            else format('incident.store_id = t.%s', ops.quality_column(p_table, declared.store_column))
        end
    )
    using
        p_day, (rules[1].parameters ->> 'window_days')::integer,
        coalesce((rules[1].parameters ->> 'by_class')::boolean, true);
end
$$;
comment on function ops.quality_outliers(regclass, date) is
'Every judged figure of the day: the median of the same class of day is what was expected, and the spread is the MAD '
'of the relative residuals of that store (or code) over all its days. The day itself is in neither. What has too '
'little history is not judged and not returned.';

create function ops.quality_silent(p_table regclass, p_rule ops.data_quality_rules, p_day date)
returns table (entity text, expected numeric)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    declared constant ops.data_quality_tables := (
        select known from ops.data_quality_tables as known where known.table_name = p_rule.table_name
    );
begin
    return query execute format(
        $statement$with days as materialized (
    select date_key, day_class
    from ops.quality_days($1, $2, true)
),

facts as materialized (
    select t.%1$s as entity, days.date_key, days.day_class, (t.%4$s)::numeric as figure
    from days
    inner join %2$s as t on t.%3$s = days.date_key
),

known as (
    select entity, min(date_key) as first_day
    from facts
    group by entity
),

-- the days like this one on which the store was known and nothing was labelled
expected_days as (
    select known.entity, days.date_key
    from known
    inner join days on days.date_key >= known.first_day and days.date_key < $1
    where
        days.day_class = (select day_class from days where date_key = $1)
        and not exists (
            select from ops.incidents as incident
            where
                incident.store_id = known.entity
                and days.date_key between incident.from_date and incident.to_date
        )
)

select
    expected_days.entity::text,
    round(percentile_cont(0.5) within group (order by coalesce(facts.figure, 0))::numeric, 2)
from expected_days
left join facts on expected_days.entity = facts.entity and expected_days.date_key = facts.date_key
where
    not exists (select from facts as today where today.entity = expected_days.entity and today.date_key = $1)
    and not exists (
        select from ops.incidents as incident
        where
            coalesce(incident.store_id, expected_days.entity) = expected_days.entity
            and $1 between incident.from_date and incident.to_date
    )
    and not exists (
        select from scout.dim_store as store
        where store.store_id = expected_days.entity and store.is_current and store.closed_on <= $1
    )
group by expected_days.entity
having count(*) >= $3 and count(facts.figure) >= 0.8 * count(*)$statement$,
        ops.quality_column(p_table, declared.store_column),
        p_table,
        ops.quality_column(p_table, declared.day_column),
        ops.quality_column(p_table, p_rule.column_names[1])
    )
    using p_day, (p_rule.parameters ->> 'window_days')::integer, (p_rule.parameters ->> 'min_history')::bigint;
end
$$;
comment on function ops.quality_silent(regclass, ops.data_quality_rules, date) is
'Stores without a row on the day that had one on at least four in five of the days like it, with their usual figure. '
'Closed stores and labelled incidents are left out.';

create type ops.quality_outcome as (failing bigint, observed text, findings jsonb);
comment on type ops.quality_outcome is
'What a rule for a day as a whole found: how many things fail (null: it could not be judged), in words, and the '
'findings with their keys.';

create function ops.quality_volume(p_rule ops.data_quality_rules, p_day date, p_total bigint)
returns ops.quality_outcome
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with history as (
        select
            count(*) as n,
            percentile_cont(0.5) within group (order by metric.total_records)::numeric as median
        from ops.quality_days(p_day, (p_rule.parameters ->> 'window_days')::integer, true) as days
        inner join ops.v_data_quality_metrics as metric
            on days.date_key = metric.metric_date and metric.table_name = p_rule.table_name
        where
            days.date_key < p_day
            and metric.total_records > 0
            and days.day_class = (
                select tested.day_class
                from ops.quality_days(p_day, 0, true) as tested
                where tested.date_key = p_day
            )
    ),

    judged as (
        select
            history.median,
            p_total / nullif(history.median, 0) as share,
            history.n >= (p_rule.parameters ->> 'min_history')::bigint
            -- a day that is not over, or that somebody labelled, is no day to compare
            and p_day < (now() at time zone 'utc')::date
            and not exists (
                select 1
                from ops.incidents as incident
                where incident.store_id is null and p_day between incident.from_date and incident.to_date
            ) as is_judged
        from history
    )

    select
        row(
            case
                when judged.is_judged then (
                    judged.share < (p_rule.parameters ->> 'min_share')::numeric
                    or judged.share > (p_rule.parameters ->> 'max_share')::numeric
                )::integer::bigint
            end,
            case
                when judged.is_judged then format('%s rows, %s expected', p_total, round(judged.median))
                else 'too little history, or the day is not over'
            end,
            '[]'::jsonb
        )::ops.quality_outcome
    from judged;
$$;
comment on function ops.quality_volume(ops.data_quality_rules, date, bigint) is
'Compares the rows of the day with the median of the checked days of its class.';

create function ops.quality_freshness(p_rule ops.data_quality_rules, p_day date, p_newest timestamptz)
returns ops.quality_outcome
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with waited as (
        select
            least(now(), ((p_day + 1)::timestamp at time zone 'utc')) - p_newest
            > ((p_rule.parameters ->> 'max_age_hours') || ' hours')::interval as is_late
    )

    select
        row(
            waited.is_late::integer::bigint,
            coalesce('newest at ' || to_char(p_newest at time zone 'utc', 'YYYY-MM-DD HH24:MI "UTC"'), 'no row'),
            '[]'::jsonb
        )::ops.quality_outcome
    from waited;
$$;
comment on function ops.quality_freshness(ops.data_quality_rules, date, timestamptz) is
'Compares the newest value of the day with the end of the day, or with now while the day is not over.';

create function ops.quality_schema(p_table regclass, p_rule ops.data_quality_rules) returns ops.quality_outcome
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with declared as (
        select
            expected.key as column_name,
            expected.value as declared_type
        from jsonb_each_text(p_rule.parameters -> 'columns') as expected
    ),

    actual as (
        select
            a.attname as column_name,
            format_type(a.atttypid, null) as actual_type
        from pg_attribute as a
        where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
    ),

    differences as (
        select
            declared.column_name,
            format(
                '%s is %s, declared %s', declared.column_name, coalesce(actual.actual_type, 'missing'),
                declared.declared_type
            ) as difference
        from declared
        left join actual on declared.column_name = actual.column_name
        where actual.actual_type is distinct from declared.declared_type
    )

    select
        row(
            count(*),
            coalesce(string_agg(differences.difference, '; ' order by differences.column_name), 'as declared'),
            '[]'::jsonb
        )::ops.quality_outcome
    from differences;
$$;
comment on function ops.quality_schema(regclass, ops.data_quality_rules) is
'Compares the columns that the rule declares with the catalogue: name and type.';

create function ops.quality_waits(p_table_name text, p_day date) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
select exists (
    select 1
    from ops.dirty_buckets as mark
    where
        mark.date_key = p_day
        and mark.layer in (
            select known.asset
            from ops.data_quality_tables as known
            where
                known.table_name = p_table_name
                or known.table_name in (
                    select rule.parameters ->> 'table'
                    from ops.data_quality_rules as rule
                    where rule.table_name = p_table_name and rule.is_active and rule.dimension = 'reconciliation'
                )
        )
)
$$;
comment on function ops.quality_waits(text, date) is
'Does the day still wait to be computed again in the table, or in one that it is compared with?';

create function ops.quality_reconciliation(p_rule ops.data_quality_rules, p_day date, p_measured numeric)
returns ops.quality_outcome
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    other constant ops.data_quality_tables := (
        select known from ops.data_quality_tables as known where known.table_name = p_rule.parameters ->> 'table'
    );
    other_sum numeric;
begin
    if ops.quality_waits(p_rule.table_name, p_day) then
        return row(null, 'the day waits to be computed again', '[]'::jsonb);
    end if;
    -- the other table was read for the same check a moment ago: its sum stands in its metrics
    select (metric.measures ->> (p_rule.parameters ->> 'column'))::numeric
    into other_sum
    from ops.data_quality_metrics as metric
    where metric.table_name = other.table_name and metric.metric_date = p_day and metric.checked_at >= now()
    order by metric.checked_at desc
    limit 1;
    if not found then
        execute format(
            'select sum(t.%s) from %s as t where %s',
            ops.quality_column(other.table_name::regclass, p_rule.parameters ->> 'column'),
            other.table_name::regclass,
            ops.quality_range(other.table_name::regclass, other.day_grain, other.day_column, p_day)
        )
        into other_sum;
    end if;
    return row(
        (abs(coalesce(p_measured, 0) - coalesce(other_sum, 0))
            > (p_rule.parameters ->> 'tolerance')::numeric)::integer::bigint,
        format('%s here, %s in %s', coalesce(p_measured, 0), coalesce(other_sum, 0), other.table_name),
        '[]'::jsonb
    );
end
$$;
comment on function ops.quality_reconciliation(ops.data_quality_rules, date, numeric) is
'Compares the sum of a column over the day with that of another table. A day that waits for gold is not judged.';

create function ops.quality_query(p_rule_id text, p_day date) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    rule constant ops.data_quality_rules := (
        select known from ops.data_quality_rules as known where known.rule_id = p_rule_id
    );
    declared constant ops.data_quality_tables := (
        select known from ops.data_quality_tables as known where known.table_name = rule.table_name
    );
    of_table constant regclass := rule.table_name::regclass;
    day_rows constant text := coalesce(
        ops.quality_range(of_table, declared.day_grain, nullif(declared.day_column, ''), p_day), 'true'
    );
begin
    return case
        when rule.scope = 'row' then
            format('select * from %s as t where %s and %s', of_table, day_rows, ops.quality_condition(of_table, rule))
        when rule.dimension = 'uniqueness' then
            format(
                'select %1$s, count(*) from %2$s as t where %3$s group by %1$s having count(*) > 1',
                (select string_agg('t.' || ops.quality_column(of_table, name), ', ') from unnest(rule.column_names) as name),
                of_table, day_rows
            )
        when rule.dimension = 'distribution' then
            format('select * from ops.quality_outliers(%L, %L) where is_outlier', of_table, p_day)
        else format('select * from ops.data_quality_results where rule_id = %L order by checked_at desc', p_rule_id)
    end;
end
$$;
comment on function ops.quality_query(text, date) is 'A query that shows every row of a day that breaks a rule.';

create function ops.check_data_quality(p_table regclass, p_date date default current_date)
returns ops.data_quality_metrics
language plpgsql
set search_path = pg_catalog, pg_temp
set work_mem = '64MB'
as $$
declare
    started constant timestamptz := clock_timestamp();
    declared constant ops.data_quality_tables := (
        select known
        from ops.data_quality_tables as known
        where known.is_active and to_regclass(known.table_name) = p_table
    );
    rule ops.data_quality_rules;
    found_rows jsonb;
    outcome ops.quality_outcome;
    outliers jsonb := '[]';
    day_total bigint;
    failing_share numeric;
    is_passed boolean;
    metric ops.data_quality_metrics;
    finding jsonb;
begin
    if declared.table_name is null then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('no rules are registered for %s', p_table),
            hint = 'scout quality rules lists the tables that have rules';
    end if;
    execute ops.quality_statement(p_table, p_date) into found_rows;
    day_total := (found_rows ->> 'total')::bigint;
    metric := row(
        p_date, declared.table_name, started, day_total, (found_rows ->> 'nulls')::bigint, 0, '{}'::jsonb,
        found_rows -> 'measures', true, 0,
        case
            when ops.quality_waits(declared.table_name, p_date) then '0'::xid8
            else pg_snapshot_xmin(pg_current_snapshot())
        end
    );
    select coalesce(jsonb_agg(to_jsonb(outlier)) filter (where outlier.is_outlier), '[]')
    into outliers
    from ops.quality_outliers(p_table, p_date) as outlier
    where
        p_date < (now() at time zone 'utc')::date
        and not exists (
            select from ops.incidents as incident
            where incident.store_id is null and p_date between incident.from_date and incident.to_date
        );
    for rule in
        select known.*
        from ops.data_quality_rules as known
        where known.table_name = declared.table_name and known.is_active
        order by known.rule_id
    loop
        if rule.scope = 'row' then
            outcome := row(
                coalesce((found_rows #>> array['rows', rule.rule_id, 'failing'])::bigint, 0), null,
                coalesce(found_rows #> array['rows', rule.rule_id, 'sample'], '[]')
            );
        else
            case rule.dimension
                when 'uniqueness' then
                    outcome := row(
                        (found_rows #>> array['days', rule.rule_id, 'failing'])::bigint, null,
                        found_rows #> array['days', rule.rule_id, 'sample']
                    );
                when 'freshness' then
                    outcome := ops.quality_freshness(
                        rule, p_date, (found_rows #>> array['days', rule.rule_id])::timestamptz
                    );
                when 'volume' then
                    if rule.parameters ? 'entity' then
                        select
                            case when p_date < (now() at time zone 'utc')::date then count(*) end,
                            format('%s stores without a sale', count(*)),
                            coalesce(
                                jsonb_agg(jsonb_build_object(
                                    'key', jsonb_build_object(rule.parameters ->> 'entity', silent.entity::integer),
                                    'store_id', silent.entity::integer,
                                    'observed', 'no sale',
                                    'expected', format('about %s', silent.expected)
                                )),
                                '[]'
                            )
                        into outcome
                        from ops.quality_silent(p_table, rule, p_date) as silent;
                    else
                        outcome := ops.quality_volume(rule, p_date, day_total);
                    end if;
                when 'distribution' then
                    select
                        count(*),
                        format('%s far from their own history', count(*)),
                        coalesce(
                            jsonb_agg(jsonb_build_object(
                                'key', jsonb_build_object(rule.parameters ->> 'entity', outlier.entity),
                                'store_id', case
                                    when declared.store_column = rule.parameters ->> 'entity'
                                        then outlier.entity::integer
                                end,
                                'observed', format('%s (score %s)', outlier.figure, outlier.score),
                                'expected', format('about %s', outlier.expected)
                            )),
                            '[]'
                        )
                    into outcome
                    from jsonb_to_recordset(outliers) as outlier (
                        rule_id text, entity text, figure numeric, expected numeric, score numeric
                    )
                    where outlier.rule_id = rule.rule_id;
                    metric.outlier_count := metric.outlier_count + outcome.failing;
                when 'reconciliation' then
                    outcome := ops.quality_reconciliation(
                        rule, p_date, (found_rows #>> array['measures', rule.column_names[1]])::numeric
                    );
                when 'schema' then
                    outcome := ops.quality_schema(p_table, rule);
            end case;
        end if;
        failing_share := outcome.failing::numeric / greatest(day_total, 1);
        is_passed := case
            when rule.threshold = 0 then coalesce(outcome.failing, 0) = 0
            else coalesce(failing_share, 0) <= rule.threshold
        end;
        outcome.observed := coalesce(
            outcome.observed, format('%s of %s rows', outcome.failing, day_total)
        );
        if outcome.failing > 0 then
            metric.constraint_violations := metric.constraint_violations || jsonb_build_object(
                regexp_replace(rule.rule_id, '^.*[.]', ''), outcome.failing
            );
        end if;
        metric.passes := metric.passes and (is_passed or rule.severity <> 'error');
        insert into ops.data_quality_results (
            rule_id, metric_date, checked_at, rule_version, failing, total, failing_weight, passes, observed, sample
        )
        values (
            rule.rule_id, p_date, started, rule.version, outcome.failing, day_total,
            (found_rows #>> array['rows', rule.rule_id, 'weight'])::bigint, is_passed, outcome.observed,
            coalesce(jsonb_path_query_array(outcome.findings, '$[0 to 19]'), '[]')
        );
        -- a rule about stores or codes has a finding for each of them, another one a single finding for the day
        if not rule.parameters ? 'entity' then
            outcome.findings := case
                when is_passed then '[]'::jsonb
                else jsonb_build_array(jsonb_build_object('key', '{}'::jsonb, 'observed', outcome.observed))
            end;
        end if;
        for finding in
            select element
            from jsonb_array_elements(outcome.findings) as element
            where not is_passed
            limit 1000
        loop
            perform ops.raise_data_quality_issue(
                rule.rule_id, p_date, (finding ->> 'store_id')::integer, finding -> 'key', rule.severity,
                finding ->> 'observed', coalesce(finding ->> 'expected', rule.question)
            );
        end loop;
        perform ops.settle_data_quality_issues(
            rule.rule_id, p_date,
            case when is_passed then '[]'::jsonb else jsonb_path_query_array(outcome.findings, '$[*].key') end
        );
    end loop;
    metric.seconds := round(extract(epoch from clock_timestamp() - started), 4);
    insert into ops.data_quality_metrics select (metric).*;
    return metric;
end
$$;
comment on function ops.check_data_quality(regclass, date) is
'Asks every rule of a registered table about one day (a table without days: whole), writes metrics, results and '
'findings, and returns the metrics. Raises for a table that has no rules.';
