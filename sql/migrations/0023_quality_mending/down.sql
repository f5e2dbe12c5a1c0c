-- 0023_quality_mending, undone.
create or replace function ops.quality_outliers(p_table regclass, p_day date)
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

alter table ops.code_prices drop column list_price;
drop table ops.day_shares;
