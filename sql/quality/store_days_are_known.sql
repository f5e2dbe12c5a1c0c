-- promise: every store and business day with a sale is known to the audit.
-- reads:  silver/transactions_cleaned
-- params: -
-- rerun:  safe, read only
with broken as (
    select distinct
        known.store_id,
        known.date_key
    from scout.silver_transaction_keys as known
    where
        not exists (
            select 1
            from ops.store_days as store_day
            where store_day.store_id = known.store_id and store_day.date_key = known.date_key
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
