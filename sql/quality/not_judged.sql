-- ops.data_quality_results: what the checks of a day in this transaction could not judge, by table.
-- reads:  -
-- params: relations, day
-- rerun:  reads only
with rules as (
    select
        known.rule_id,
        known.table_name
    from ops.data_quality_rules as known
    where known.table_name = any(cast(:relations as text[])) and known.is_active and known.scope = 'day'
)

select
    rule.table_name,
    array_agg(regexp_replace(rule.rule_id, '^.*[.]', '') order by rule.rule_id) as rule_names
from rules as rule
inner join ops.data_quality_results as result
    on
        rule.rule_id = result.rule_id
        and result.metric_date = cast(:day as date)
        -- when this transaction began
        and result.checked_at >= now()
where result.failing is null
group by rule.table_name;
