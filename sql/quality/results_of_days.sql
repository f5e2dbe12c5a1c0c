-- What the latest checks of a table said of each rule over several days: sums, and the latest failing day in full.
-- reads:  -
-- params: relation, days
-- rerun:  reads only
with results as (
    select result.*
    from ops.v_data_quality_results as result
    inner join ops.data_quality_rules as known on result.rule_id = known.rule_id
    where known.table_name = :relation and known.is_active and result.metric_date = any(:days)
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
        count(*) as day_count,
        count(*) filter (where not results.passes) as failing_day_count
    from results
    group by results.rule_id
)

select
    sums.rule_id,
    sums.failing,
    sums.total,
    sums.passes,
    sums.day_count,
    sums.failing_day_count,
    shown.metric_date,
    shown.observed,
    shown.sample,
    ops.quality_query(sums.rule_id, shown.metric_date) as query
from sums
inner join shown on sums.rule_id = shown.rule_id
order by sums.rule_id;
