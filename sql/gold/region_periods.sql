-- scout.gold_region_periods: one row per region and day, week and month that hold a bucket, over all stores; customers
-- counted in each. A corrected sale may have left a region without a trace: all regions of the periods are computed.
-- reads:  silver/transactions_cleaned
-- params: first_period_day, last_period_day
-- rerun:  safe, the periods' rows were removed in the same transaction
with dated as (
    select
        coalesce(sale.region, 'Unspecified') as region,
        holding.period,
        holding.period_start,
        sale.customer_id,
        sale.units,
        sale.peso_value
    from scout.silver_transactions_cleaned as sale
    cross join lateral scout.periods_of(sale.date_key) as holding
    where
        sale.deleted_at is null
        and sale.date_key in (select touched_days.date_key from touched_days)
        and sale.date_key >= cast(:first_period_day as date)
        and sale.date_key <= cast(:last_period_day as date)
),

written as (
    insert into scout.gold_region_periods (
        region, period, period_start,
        transaction_count, units, net_revenue, unique_customers, avg_transaction_value
    )
    select
        dated.region,
        dated.period,
        dated.period_start,
        count(*) as transaction_count,
        sum(dated.units) as units,
        sum(dated.peso_value) as net_revenue,
        count(distinct dated.customer_id) as unique_customers,
        round(sum(dated.peso_value) / count(*), 4) as avg_transaction_value
    from dated
    where
        (dated.period, dated.period_start) in (
            select
                touched.period,
                touched.period_start
            from touched_periods as touched
        )
    group by dated.region, dated.period, dated.period_start
    returning transaction_count
)

select
    -- each sale once for every period that counts it
    coalesce(sum(transaction_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
