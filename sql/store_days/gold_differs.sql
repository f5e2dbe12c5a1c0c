-- found_findings: days whose figures in gold are not the sums of their sales.
-- reads:  gold/daily_aggregates
-- params: -
-- rerun:  safe, in the transaction of the audit
with summed as (
    select
        store_id,
        date_key,
        count(*) as transaction_count,
        sum(line_count) as line_count,
        sum(units) as units,
        sum(peso_value) as net_revenue
    from day_sales
    where not is_voided
    group by store_id, date_key
)

insert into found_findings (store_id, date_key, finding, stage, severity, failing, observed, expected)
select
    audited_days.store_id,
    audited_days.date_key,
    'gold_differs',
    'balance',
    'error',
    1,
    format('gold shows %s sales worth %s', coalesce(figure.transaction_count, 0), coalesce(figure.net_revenue, 0)),
    format('silver has %s sales worth %s', coalesce(summed.transaction_count, 0), coalesce(summed.net_revenue, 0))
from audited_days
left join summed on audited_days.store_id = summed.store_id and audited_days.date_key = summed.date_key
left join scout.gold_daily_aggregates as figure
    on audited_days.store_id = figure.store_id and audited_days.date_key = figure.date_key
where
    (figure.transaction_count, figure.line_count, figure.units, figure.net_revenue)
    is distinct from (summed.transaction_count, summed.line_count, summed.units, summed.net_revenue);
