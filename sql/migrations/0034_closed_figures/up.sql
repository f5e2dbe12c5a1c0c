-- 0034_closed_figures: a closed store-day keeps every figure that gold shows of it, and a finding ends with its rule.
alter table ops.store_days
add column closed_line_count bigint,
add column closed_gross_sales numeric,
add column closed_returns_value numeric,
add column closed_adjustments_value numeric,
add column closed_unique_customers bigint,
add column closed_avg_transaction_value numeric;
comment on column ops.store_days.closed_line_count is
'What gold showed when the day was closed, like the other figures; of a day that was closed before all of them were '
'kept, what it showed when that began.';

-- nobody knows any more what these were at the close; from now on their changes are told
update ops.store_days as store_day
set
    closed_line_count = shown.line_count,
    closed_gross_sales = shown.gross_sales,
    closed_returns_value = shown.returns_value,
    closed_adjustments_value = shown.adjustments_value,
    closed_unique_customers = shown.unique_customers,
    closed_avg_transaction_value = shown.avg_transaction_value
from scout.gold_daily_aggregates as shown
where
    store_day.state = 'closed'
    and store_day.store_id = shown.store_id
    and store_day.date_key = shown.date_key;

create or replace function ops.register_data_quality_rules(p_declared jsonb) returns bigint
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
    ),

    -- nobody asks a retired rule again; what never was a rule, such as the sweep, is not meant
    ended_findings as (
        update ops.data_quality_issues as issue
        set
            status = 'resolved',
            resolved_at = clock_timestamp(),
            resolved_by = 'registry',
            resolution = 'the rule was retired'
        from ops.data_quality_rules as known
        where
            issue.status <> 'resolved'
            and known.rule_id = issue.rule_id
            and known.rule_id not in (select declared_rules.rule_id from declared_rules)
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
        union all
        select 1 from ended_findings
    ) as changed;
$$;
comment on function ops.register_data_quality_rules(jsonb) is
'Makes the registry equal to the declaration {tables, rules}: a changed rule gets the next version, one that is gone '
'is retired and its findings are resolved. Returns the number of rows that changed.';
