-- promise: each measurement, promotion, approval and experiment event that was accepted has one row in its table.
-- reads:  silver/store_metrics, silver/promotions, silver/promotion_approvals, silver/experiment_events
-- params: -
-- rerun:  safe, read only
with records as (
    select
        kind,
        count(distinct code) as record_count
    from scout.dimension_records
    where kind in ('store_metric', 'promotion', 'approval', 'experiment_event')
    group by kind
),

written as (
    select
        'store_metric' as kind,
        count(*) as row_count
    from scout.silver_store_metrics
    union all
    select
        'promotion' as kind,
        count(*) as row_count
    from scout.silver_promotions
    union all
    select
        'approval' as kind,
        count(*) as row_count
    from scout.silver_promotion_approvals
    union all
    select
        'experiment_event' as kind,
        count(*) as row_count
    from scout.silver_experiment_events
),

broken as (
    select
        written.kind,
        coalesce(records.record_count, 0) as record_count,
        written.row_count
    from written
    left join records on written.kind = records.kind
    where written.row_count <> coalesce(records.record_count, 0)
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
