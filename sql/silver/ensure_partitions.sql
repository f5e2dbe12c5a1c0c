-- silver partitions: the months that the window's transactions need.
-- reads:  -
-- params: -
-- rerun:  safe, existing partitions are left as they are
with needed as (
    select distinct date_trunc('month', date_key)::date as first_day
    from window_transactions
)

select
    ops.ensure_month_partition('scout.silver_transactions_cleaned', first_day),
    ops.ensure_month_partition('scout.silver_transaction_items', first_day)
from needed
order by first_day;
