-- ops.data_quality_results: what the checks of a day in this transaction could not judge, by table.
-- reads:  -
-- params: relations, day
-- rerun:  reads only
select
    rule.table_name,
    array_agg(regexp_replace(rule.rule_id, '^.*[.]', '') order by rule.rule_id) as rule_names
from ops.data_quality_rules as rule
inner join ops.data_quality_results as result
    on
        rule.rule_id = result.rule_id
        and result.metric_date = cast(:day as date)
        -- when this transaction began
        and result.checked_at >= now()
where
    rule.table_name = any(cast(:relations as text[]))
    and rule.is_active
    and rule.scope = 'day'
    and result.failing is null
group by rule.table_name;
