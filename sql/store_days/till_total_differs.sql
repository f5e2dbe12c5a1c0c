-- found_findings: days for which the till sent another total than its sales have; the most trusted source counts, and
-- of that the latest measurement.
-- reads:  silver/store_metrics
-- params: -
-- rerun:  safe, in the transaction of the audit
with summed as (
    select
        store_id,
        date_key,
        sum(peso_value) as net_revenue
    from day_sales
    where not is_voided
    group by store_id, date_key
),

stated as (
    select distinct on (measured.store_id, measured.date_key)
        measured.store_id,
        measured.date_key,
        measured.metric_value,
        measured.metric_source
    from audited_days
    inner join scout.silver_store_metrics as measured
        on audited_days.store_id = measured.store_id and audited_days.date_key = measured.date_key
    where measured.metric_name = 'till_total'
    order by
        measured.store_id asc, measured.date_key asc, scout.metric_priority(measured.metric_source) asc,
        measured.measured_at desc, measured.measurement_id desc
)

insert into found_findings (store_id, date_key, finding, stage, severity, failing, observed, expected)
select
    stated.store_id,
    stated.date_key,
    'till_total_differs',
    'balance',
    'error',
    1,
    format('sales worth %s', trim_scale(coalesce(summed.net_revenue, 0))),
    format('%s by the till (%s)', trim_scale(stated.metric_value), stated.metric_source)
from stated
left join summed on stated.store_id = summed.store_id and stated.date_key = summed.date_key
-- a till rounds to the centavo
where abs(stated.metric_value - coalesce(summed.net_revenue, 0)) >= 0.01;
