-- 0053_suspects_first: a figure that most of its history lies near cannot be far from the median of it. What is left
-- after such a count, a few of hundreds of codes, is put in order and judged as before, and everything found as before.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03
create or replace function ops.quality_outliers(p_table regclass, p_day date)
returns table (rule_id text, entity text, figure numeric, expected numeric, score numeric, is_outlier boolean)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
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
    -- parts of the statement, for all rules: what is measured of a row, between what the day's own figures lie, whether
    -- they are suspects, and then what of a row is judged
    measures text;
    bounds text;
    flags text;
    any_flag text;
    judged text;
    limits text;
begin
    if cardinality(rules) = 0 then
        return;
    end if;
    entity := ops.quality_column(p_table, rules[1].parameters ->> 'entity');
    select
        string_agg(
            format(
                'case when %s then (t.%s%s)::float8 end as figure_%s, %s::float8 as counted_%4$s',
                concat_ws(
                    ' and ', 'true',
                    't.' || ops.quality_column(p_table, rules[number].parameters ->> 'counted')
                    || ' >= ' || quote_literal(rules[number].parameters ->> 'min_count'),
                    't.' || ops.quality_column(p_table, rules[number].parameters ->> 'unless') || ' is null'
                ),
                ops.quality_column(p_table, rules[number].column_names[1]),
                coalesce(
                    ' / nullif(t.' || ops.quality_column(p_table, rules[number].parameters ->> 'per') || ', 0)', ''
                ),
                number,
                coalesce('t.' || ops.quality_column(p_table, rules[number].parameters ->> 'counted'), 'null')
            ),
            ', '
        ),
        string_agg(format('min(figure_%1$s) as low_%1$s, max(figure_%1$s) as high_%1$s', number), ', '),
        string_agg(
            format(
                'max(today.high_%1$s) is not null and not coalesce(min(today.low_%1$s) > 0 and 2 * count(*) filter ('
                'where past.figure_%1$s > today.high_%1$s / %2$L::float8 * 1.000000001::float8 '
                'and past.figure_%1$s < today.low_%1$s * %2$L::float8 / 1.000000001::float8'
                ') > count(past.figure_%1$s), false) as is_suspect_%1$s',
                number, 1 + (rules[number].parameters ->> 'min_change')::float8
            ),
            ', '
        ),
        string_agg(format('flagged.is_suspect_%s', number), ' or '),
        string_agg(
            format('(%1$s, flagged.is_suspect_%1$s, measured.figure_%1$s, measured.counted_%1$s)', number), ', '
        ),
        string_agg(
            format(
                '(%s, %L, %L::float8, %L::float8, %L::bigint, %L::float8)',
                number, rules[number].rule_id, rules[number].parameters ->> 'limit',
                rules[number].parameters ->> 'min_change', rules[number].parameters ->> 'min_history',
                rules[number].parameters ->> 'noise'
            ),
            ', '
        )
    into measures, bounds, flags, any_flag, judged, limits
    from generate_subscripts(rules, 1) as number;
    return query execute format(
        $statement$with measured as materialized (
    select t.%1$s as entity, days.date_key, days.day_class, %4$s
    from ops.quality_days($1, $2, $3) as days
    inner join %2$s as t on t.%3$s = days.date_key
    where
        not exists (
            select from ops.incidents as incident
            where
                %5$s
                and days.date_key between incident.from_date and incident.to_date
        )
),

today as (
    select entity, day_class, %7$s
    from measured
    where date_key = $1
    group by entity, day_class
),

-- when most of a history lies nearer to the figure than the least change that counts, so does its median: only the
-- others have to be put in order
flagged as materialized (
    select today.entity, %8$s
    from today
    left join measured as past
        on today.entity = past.entity and today.day_class = past.day_class and past.date_key < $1
    group by today.entity
),

facts as materialized (
    select suspect.*
    from (
        select measured.entity, measured.date_key, measured.day_class, rule.place, rule.figure, rule.counted
        from measured
        inner join flagged on measured.entity = flagged.entity
        cross join lateral (values %9$s) as rule (place, is_suspect, figure, counted)
        where (%10$s) and rule.is_suspect
    ) as suspect
    where suspect.figure is not null
),

-- the day's own figures stand in the group of its class, but not in its median
classes as (
    select
        place, entity, day_class,
        count(*) filter (where date_key < $1) as n,
        percentile_cont(0.5) within group (order by figure) filter (where date_key < $1) as median
    from facts
    group by place, entity, day_class
),

-- what is usually nothing has no relative change
centre as (
    select place, entity, day_class, n, median
    from classes
    where median > 0
),

spread as (
    select
        facts.place, facts.entity,
        count(*) filter (where facts.date_key < $1) as n,
        -- the median of few days lies nearer to each of them than to the day that is judged
        1.4826 * percentile_cont(0.5) within group (
            order by 2 * abs(sqrt(greatest(facts.figure / centre.median, 0)) - 1) * (1 + 1.0::float8 / centre.n)
        ) filter (where facts.date_key < $1) as deviation,
        percentile_cont(0.5) within group (order by facts.counted) filter (where facts.date_key < $1) as counted,
        -- the day has one class, and so one median: no join has to find it again
        array_agg(facts.figure) filter (where facts.date_key = $1) as figures,
        max(centre.median) filter (where facts.date_key = $1) as median,
        max(centre.n) filter (where facts.date_key = $1) as median_n
    from facts
    inner join centre using (place, entity, day_class)
    where facts.date_key = $1 or centre.n > 1
    group by facts.place, facts.entity
),

judged as (
    select
        rule.rule_id, spread.entity, today.figure, rule.score_limit, rule.min_change, spread.median,
        -- no figure is steadier than its rounding, or than what it counts: 1 / sqrt(n) for n sales
        2 * (sqrt(greatest(today.figure / spread.median, 0)) - 1) / greatest(
            spread.deviation * (1 + 0.5::float8 / spread.median_n), 0.05, rule.noise / sqrt(nullif(spread.counted, 0))
        ) as score
    from spread
    inner join (values %6$s) as rule (place, rule_id, score_limit, min_change, min_history, noise)
        on spread.place = rule.place
    cross join lateral unnest(spread.figures) as today (figure)
    where spread.median_n >= rule.min_history and spread.n >= 2 * rule.min_history
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
        measures,
        case
            when declared.store_column is null then 'false'
            else format('incident.store_id = t.%s', ops.quality_column(p_table, declared.store_column))
        end,
        limits,
        bounds,
        flags,
        judged,
        any_flag
    )
    using
        p_day, (rules[1].parameters ->> 'window_days')::integer,
        coalesce((rules[1].parameters ->> 'by_class')::boolean, true);
end
$$;
comment on function ops.quality_outliers(regclass, date) is
'The figures of the day that most of their history does not lie near, judged: the median of the same class of day is '
'what was expected, and the spread is the MAD of the residuals (of roots, which steady counts) of that store or code '
'over all its days, wider for a short history and never below what the number of sales allows. The day itself is in '
'neither. What has too little history is not judged and not returned.';
