-- scout.gold_store_periods: one row per store and day, week and month that hold a bucket; customers counted in each.
-- reads:  silver/transactions_cleaned
-- params: first_period_day, last_period_day
-- rerun:  safe, the periods' rows were removed in the same transaction
with dated as (
    select
        sale.store_id,
        holding.period,
        holding.period_start,
        sale.customer_id,
        sale.units,
        sale.peso_value
    from scout.silver_transactions_cleaned as sale
    inner join touched_days on sale.store_id = touched_days.store_id and sale.date_key = touched_days.date_key
    cross join lateral scout.periods_of(sale.date_key) as holding
    where
        sale.deleted_at is null
        and sale.date_key >= cast(:first_period_day as date)
        and sale.date_key <= cast(:last_period_day as date)
),

written as (
    insert into scout.gold_store_periods (
        store_id, period, period_start,
        transaction_count, units, net_revenue, unique_customers, avg_transaction_value
    )
    select
        dated.store_id,
        dated.period,
        dated.period_start,
        count(*) as transaction_count,
        sum(dated.units) as units,
        sum(dated.peso_value) as net_revenue,
        count(distinct dated.customer_id) as unique_customers,
        round(sum(dated.peso_value) / count(*), 4) as avg_transaction_value
    from dated
    inner join touched_periods as touched
        on
            dated.store_id = touched.store_id
            and dated.period = touched.period
            and dated.period_start = touched.period_start
    group by dated.store_id, dated.period, dated.period_start
    returning transaction_count
)

select
    -- each sale once for every period that counts it
    coalesce(sum(transaction_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
