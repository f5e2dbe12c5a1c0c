-- 0028_quality_queries: a query for every kind of rule that shows what the rule compared.
create or replace function ops.quality_query(p_rule_id text, p_day date) returns text
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
    other constant ops.data_quality_tables := (
        select known from ops.data_quality_tables as known where known.table_name = rule.parameters ->> 'table'
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
            format(
                'select * from ops.quality_outliers(%L, %L) where is_outlier and rule_id = %L', of_table, p_day, p_rule_id
            )
        when rule.dimension = 'volume' and rule.parameters ? 'entity' then
            format(
                'select * from ops.quality_silent(%L, (select r from ops.data_quality_rules as r where r.rule_id = %L), %L)',
                of_table, p_rule_id, p_day
            )
        -- the day as it is now, and what was counted on the days like it
        when rule.dimension = 'volume' then
            format(
                $query$select
    days.date_key,
    days.day_class,
    case
        when days.date_key = %1$L then (select count(*) from %2$s as t where %3$s) else metric.total_records
    end as row_count
from ops.quality_days(%1$L, %4$L, true) as days
left join ops.v_data_quality_metrics as metric on days.date_key = metric.metric_date and metric.table_name = %5$L
where
    days.date_key = %1$L
    or (
        metric.total_records > 0
        and days.day_class = (select d.day_class from ops.quality_days(%1$L, 0, true) as d where d.date_key = %1$L)
    )
order by days.date_key desc$query$,
                p_day, of_table, day_rows, rule.parameters ->> 'window_days', rule.table_name
            )
        when rule.dimension = 'freshness' then
            format(
                $query$select
    newest.newest_at,
    least(now(), %1$L::timestamptz) as compared_with,
    %2$L::interval as at_most,
    late.status,
    late.waiting_since,
    late.looked_at,
    late.last_event_at
from (select max(t.%3$s) as newest_at from %4$s as t where %5$s) as newest
left join ops.v_data_freshness as late on late.dataset = %6$L$query$,
                (p_day + 1) || ' 00:00:00+00', (rule.parameters ->> 'max_age_hours') || ' hours',
                ops.quality_column(of_table, rule.column_names[1]), of_table, day_rows, declared.asset
            )
        when rule.dimension = 'reconciliation' then
            format(
                $query$select
    (select sum(t.%1$s) from %2$s as t where %3$s) as sum_here,
    (select sum(t.%4$s) from %5$s as t where %6$s) as sum_there,
    %7$L::numeric as tolerance,
    ops.quality_waits(%8$L, %9$L) as day_waits$query$,
                ops.quality_column(of_table, rule.column_names[1]), of_table, day_rows,
                ops.quality_column(other.table_name::regclass, rule.parameters ->> 'column'),
                other.table_name::regclass,
                coalesce(
                    ops.quality_range(other.table_name::regclass, other.day_grain, other.day_column, p_day), 'true'
                ),
                rule.parameters ->> 'tolerance', rule.table_name, p_day
            )
        when rule.dimension = 'schema' then
            format(
                $query$select
    declared.key as column_name,
    declared.value as declared_type,
    format_type(a.atttypid, null) as actual_type
from ops.data_quality_rules as rule
cross join jsonb_each_text(rule.parameters -> 'columns') as declared
left join pg_catalog.pg_attribute as a
    on a.attrelid = to_regclass(%1$L) and a.attname = declared.key and a.attnum > 0 and not a.attisdropped
where rule.rule_id = %2$L
order by format_type(a.atttypid, null) is not distinct from declared.value, declared.key$query$,
                rule.table_name, p_rule_id
            )
        else format('select * from ops.data_quality_results where rule_id = %L order by checked_at desc', p_rule_id)
    end;
end
$$;
comment on function ops.quality_query(text, date) is
'A query that shows every row of a day that breaks a rule; for a rule about the day as a whole, what it compared.';
