-- 0028_quality_queries, undone.
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
