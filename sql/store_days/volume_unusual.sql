-- found_findings: days with a number of sales far from the days like it at the store; the statistics and parameters are
-- those of the rule gold/daily_aggregates.transaction_count_is_usual.
-- reads:  gold/daily_aggregates
-- params: -
-- rerun:  safe, in the transaction of the audit
with parameters as (
    select
        (rule.parameters ->> 'window_days')::integer as window_days,
        (rule.parameters ->> 'limit')::numeric as score_limit,
        (rule.parameters ->> 'min_change')::numeric as min_change,
        (rule.parameters ->> 'min_history')::bigint as min_history
    from ops.data_quality_rules as rule
    where rule.rule_id = 'scout.gold_daily_aggregates.transaction_count_is_usual' and rule.is_active
),

days as materialized (
    select
        tested.date_key as tested_day,
        alike.date_key,
        alike.day_class
    from (select distinct audited_days.date_key from audited_days) as tested
    cross join parameters
    cross join lateral ops.quality_days(tested.date_key, parameters.window_days, true) as alike
    where
        not exists (
            select 1
            from ops.incidents as incident
            where incident.store_id is null and tested.date_key between incident.from_date and incident.to_date
        )
),

facts as (
    select
        audited_days.store_id,
        days.tested_day,
        days.date_key,
        days.day_class,
        figure.transaction_count::numeric as figure
    from audited_days
    inner join days on audited_days.date_key = days.tested_day
    inner join scout.gold_daily_aggregates as figure
        on audited_days.store_id = figure.store_id and days.date_key = figure.date_key
    where
        not exists (
            select 1
            from ops.incidents as incident
            where
                incident.store_id = audited_days.store_id
                and days.date_key between incident.from_date and incident.to_date
        )
),

centre as (
    select
        store_id,
        tested_day,
        day_class,
        count(*) as n,
        percentile_cont(0.5) within group (order by figure)::numeric as median
    from facts
    where date_key < tested_day
    group by store_id, tested_day, day_class
),

spread as (
    select
        facts.store_id,
        facts.tested_day,
        count(*) as n,
        1.4826 * percentile_cont(0.5) within group (order by abs(facts.figure / centre.median - 1))::numeric
            as deviation
    from facts
    inner join centre
        on
            facts.store_id = centre.store_id
            and facts.tested_day = centre.tested_day
            and facts.day_class = centre.day_class
    where facts.date_key < facts.tested_day and centre.median > 0 and centre.n > 1
    group by facts.store_id, facts.tested_day
),

judged as (
    select
        facts.store_id,
        facts.tested_day,
        facts.figure,
        centre.median,
        -- a history without any spread still allows for the rounding of small figures
        (facts.figure / centre.median - 1) / greatest(spread.deviation, 0.05) as score
    from facts
    inner join centre
        on
            facts.store_id = centre.store_id
            and facts.tested_day = centre.tested_day
            and facts.day_class = centre.day_class
    inner join spread on facts.store_id = spread.store_id and facts.tested_day = spread.tested_day
    cross join parameters
    where
        facts.date_key = facts.tested_day
        and centre.median > 0
        and centre.n >= parameters.min_history
        and spread.n >= 2 * parameters.min_history
)

insert into found_findings (store_id, date_key, finding, stage, severity, failing, observed, expected)
select
    judged.store_id,
    judged.tested_day,
    'volume_unusual',
    'audit',
    'warning',
    1,
    format('%s sales (score %s)', judged.figure, round(judged.score, 2)),
    format('about %s sales', round(judged.median, 1))
from judged
cross join parameters
where
    abs(judged.score) > parameters.score_limit
    -- a third and three times are equally far
    and (
        judged.figure <= 0
        or greatest(judged.figure / judged.median, judged.median / nullif(judged.figure, 0)) - 1
        >= parameters.min_change
    );
