-- What the latest checks of a table said of each rule over these days and those with an open finding, in the bounds.
-- reads:  -
-- params: relation, days, is_anew, first_date, until
-- rerun:  reads only
with rules as (
    select
        known.rule_id,
        declared.day_grain
    from ops.data_quality_rules as known
    inner join ops.data_quality_tables as declared on known.table_name = declared.table_name
    where known.table_name = :relation and known.is_active
),

asked as (
    select
        rules.rule_id,
        unnest(cast(:days as date[])) as metric_date
    from rules
    union
    -- what somebody acknowledged, or only counts, alarms nobody; a table without days is judged as it is today
    select
        rules.rule_id,
        issue.metric_date
    from rules
    inner join ops.data_quality_issues as issue on rules.rule_id = issue.rule_id
    where
        rules.day_grain <> 'table'
        and issue.status = 'open'
        and issue.severity <> 'info'
        and issue.metric_date >= coalesce(cast(:first_date as date), '-infinity')
        and issue.metric_date < coalesce(cast(:until as date), 'infinity')
),

results as (
    select latest.*
    from asked
    cross join lateral (
        select
            result.rule_id,
            result.metric_date,
            result.failing,
            result.total,
            result.observed,
            result.sample,
            case
                -- what could not be judged stays as red as it was; just now it blocks nothing, or gold would never come
                when result.failing is null
                    then
                        found.is_dealt_with
                        or (cast(:is_anew as boolean) and result.metric_date = any(cast(:days as date[])))
                -- a day that was not checked just now alarms by what is open of it: not by what is dealt with
                else result.passes or (not cast(:is_anew as boolean) and found.is_dealt_with)
            end as passes
        from ops.data_quality_results as result
        cross join
            lateral (
                select count(*) = 0 as is_dealt_with
                from ops.data_quality_issues as issue
                where
                    issue.rule_id = result.rule_id
                    and issue.metric_date = result.metric_date
                    and issue.status = 'open'
            ) as found
        where result.rule_id = asked.rule_id and result.metric_date = asked.metric_date
        order by result.checked_at desc
        limit 1
    ) as latest
),

shown as (
    select distinct on (results.rule_id) results.*
    from results
    order by results.rule_id asc, results.passes asc, (coalesce(results.failing, 0) > 0) desc, results.metric_date desc
),

sums as (
    select
        results.rule_id,
        coalesce(sum(results.failing), 0)::bigint as failing,
        sum(results.total)::bigint as total,
        bool_and(results.passes) as passes,
        count(*) filter (where results.failing is not null) as day_count,
        count(*) filter (where results.failing is null) as not_judged_day_count,
        count(*) filter (where not results.passes) as failing_day_count
    from results
    group by results.rule_id
)

select
    rules.rule_id,
    coalesce(sums.failing, 0) as failing,
    coalesce(sums.total, 0) as total,
    coalesce(sums.passes, true) as passes,
    coalesce(sums.day_count, 0) as day_count,
    coalesce(sums.not_judged_day_count, 0) as not_judged_day_count,
    coalesce(sums.failing_day_count, 0) as failing_day_count,
    coalesce(shown.metric_date, cast(:first_date as date)) as metric_date,
    -- months in which nothing ever changed
    coalesce(shown.observed, 'nothing came in these months') as observed,
    shown.sample,
    ops.quality_query(rules.rule_id, coalesce(shown.metric_date, cast(:first_date as date))) as query
from rules
left join sums on rules.rule_id = sums.rule_id
left join shown on rules.rule_id = shown.rule_id
order by rules.rule_id;
