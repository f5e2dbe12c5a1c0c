-- 0023_quality_mending: outliers that know how short their history is and what they count, and prices that are held
-- against the list of the catalogue, so that a price change that was announced is no alarm; and the make-up of a day.
alter table ops.code_prices add column list_price numeric;
comment on column ops.code_prices.list_price is
'What the catalogue says that the code costs on the day; null for a code that it does not describe.';

create table ops.day_shares (
    measure text not null,
    date_key date not null,
    share numeric not null,
    counted bigint not null,
    primary key (measure, date_key)
);
comment on table ops.day_shares is
'Which part of the sales or lines of each day has each payment method, hour, brand and so on. Computed when the day is '
'checked: the history that the next days are compared with.';
create index day_shares_by_day on ops.day_shares (date_key);

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
            '(%L, case when %s then (t.%s%s)::float8 end, %s::float8, %L::float8, %L::float8, %L::bigint, %L::float8)',
            rule.rule_id,
            concat_ws(
                ' and ', 'true',
                't.' || ops.quality_column(p_table, rule.parameters ->> 'counted')
                || ' >= ' || quote_literal(rule.parameters ->> 'min_count'),
                't.' || ops.quality_column(p_table, rule.parameters ->> 'unless') || ' is null'
            ),
            ops.quality_column(p_table, rule.column_names[1]),
            coalesce(' / nullif(t.' || ops.quality_column(p_table, rule.parameters ->> 'per') || ', 0)', ''),
            coalesce('t.' || ops.quality_column(p_table, rule.parameters ->> 'counted'), 'null'),
            rule.parameters ->> 'limit', rule.parameters ->> 'min_change', rule.parameters ->> 'min_history',
            rule.parameters ->> 'noise'
        ),
        ', '
    )
    into figures
    from unnest(rules) as rule;
    return query execute format(
        $statement$with facts as materialized (
    select
        t.%1$s as entity, days.date_key, days.day_class, f.rule_id, f.figure, f.counted, f.score_limit, f.min_change,
        f.min_history, f.noise
    from ops.quality_days($1, $2, $3) as days
    inner join %2$s as t on t.%3$s = days.date_key
    cross join lateral (values %4$s) as f (rule_id, figure, counted, score_limit, min_change, min_history, noise)
    where
        f.figure is not null
        and not exists (
            select from ops.incidents as incident
            where
                %5$s
                and days.date_key between incident.from_date and incident.to_date
        )
),

medians as (
    select
        rule_id, entity, day_class, count(*) as n,
        percentile_cont(0.5) within group (order by figure) as median
    from facts
    where date_key < $1
    group by rule_id, entity, day_class
),

-- what is usually nothing has no relative change
centre as (
    select *
    from medians
    where median > 0
),

spread as (
    select
        facts.rule_id, facts.entity, count(*) as n,
        -- the median of few days lies nearer to each of them than to the day that is judged
        1.4826 * percentile_cont(0.5) within group (
            order by 2 * abs(sqrt(greatest(facts.figure / centre.median, 0)) - 1) * (1 + 1.0::float8 / centre.n)
        ) as deviation,
        percentile_cont(0.5) within group (order by facts.counted) as counted
    from facts
    inner join centre using (rule_id, entity, day_class)
    where facts.date_key < $1 and centre.n > 1
    group by facts.rule_id, facts.entity
),

judged as (
    select
        facts.rule_id, facts.entity, facts.figure, facts.score_limit, facts.min_change, centre.median,
        -- no figure is steadier than its rounding, or than what it counts: 1 / sqrt(n) for n sales
        2 * (sqrt(greatest(facts.figure / centre.median, 0)) - 1) / greatest(
            spread.deviation * (1 + 0.5::float8 / centre.n), 0.05, facts.noise / sqrt(nullif(spread.counted, 0))
        ) as score
    from facts
    inner join centre using (rule_id, entity, day_class)
    inner join spread using (rule_id, entity)
    where
        facts.date_key = $1
        and centre.n >= facts.min_history and spread.n >= 2 * facts.min_history
)

select
    rule_id, entity::text, round(figure::numeric, 4), round(median::numeric, 4), round(score::numeric, 2),
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
'of the residuals (of roots, which steady counts) of that store or code over all its days, wider for a short history '
'and never below what the number of sales allows. The day itself is in neither. What has too little history is not '
'judged and not returned.';
