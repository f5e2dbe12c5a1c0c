-- promise: the lift of an experiment lies between -100 and 1,000 percent; a person looks at any other.
-- reads:  gold/experiment_results
-- params: -
-- rerun:  safe, read only
with broken as (
    select
        store_id,
        experiment,
        avg_target,
        avg_actual,
        lift_pct
    from scout.gold_experiment_results
    where lift_pct not between -100 and 1000
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
