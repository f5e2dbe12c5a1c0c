-- What the latest check of a table and day said of each rule, with the words that the rule was declared with.
-- reads:  -
-- params: relation, day
-- rerun:  reads only
select
    result.rule_id,
    rule.dimension,
    rule.severity,
    rule.question,
    rule.remedy,
    result.metric_date,
    result.checked_at,
    result.failing,
    result.total,
    result.passes,
    result.observed,
    result.sample,
    ops.quality_query(result.rule_id, result.metric_date) as query
from ops.v_data_quality_results as result
inner join ops.data_quality_rules as rule on result.rule_id = rule.rule_id
where rule.table_name = :relation and rule.is_active and result.metric_date = cast(:day as date)
order by result.rule_id;
