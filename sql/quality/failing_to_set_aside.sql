-- ops.data_quality_results: what the latest check of a day found of the rules that set aside, with its sample of keys.
-- reads:  -
-- params: day, relations
-- rerun:  reads only
with rules as (
    select known.*
    from ops.data_quality_rules as known
    where known.is_active and known.action = 'quarantine' and known.table_name = any(cast(:relations as text[]))
),

latest as (
    select distinct on (result.rule_id)
        result.rule_id,
        result.failing,
        result.passes,
        result.sample
    from ops.data_quality_results as result
    where result.rule_id in (select rules.rule_id from rules) and result.metric_date = cast(:day as date)
    order by result.rule_id asc, result.checked_at desc
)

select
    rules.rule_id,
    rules.version as rule_version,
    rules.question,
    latest.failing,
    latest.sample
from rules
inner join latest on rules.rule_id = latest.rule_id
where not latest.passes
order by rules.rule_id;
