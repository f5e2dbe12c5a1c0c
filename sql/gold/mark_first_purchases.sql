-- ops.dirty_buckets: where touched customers bought on the day that was their first one, or is it now; for the layer
-- that tells new customers from returning ones. On every other day a customer stays what he was.
-- reads:  silver/transactions_cleaned, gold/customer_insights
-- params: layer
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a reader that takes it would miss this change
with moved as (
    select
        touched.customer_id,
        known.first_purchase_date as known_date,
        insight.first_purchase_date
    from touched_customers as touched
    left join previous_first_purchases as known on touched.customer_id = known.customer_id
    left join scout.gold_customer_insights as insight on touched.customer_id = insight.customer_id
    where known.first_purchase_date is distinct from insight.first_purchase_date
),

first_days as (
    select
        moved.customer_id,
        changed.date_key
    from moved
    cross join lateral (values (moved.known_date), (moved.first_purchase_date)) as changed (date_key)
    where changed.date_key is not null
),

store_days as (
    select distinct
        sale.store_id,
        sale.date_key
    from scout.silver_transactions_cleaned as sale
    inner join first_days on sale.customer_id = first_days.customer_id and sale.date_key = first_days.date_key
    where
        sale.deleted_at is null
        and sale.transaction_type in ('sale', 'mixed')
        and sale.date_key >= (select min(bounds.date_key) from first_days as bounds)
        and sale.date_key <= (select max(bounds.date_key) from first_days as bounds)
)

insert into ops.dirty_buckets (store_id, date_key, layer, cause, marked_at)
select
    store_id,
    date_key,
    :layer,
    'first_purchase',
    -- now() is when the transaction began, and a bucket waits from its end on
    clock_timestamp()
from store_days
order by store_id, date_key
on conflict (store_id, date_key, layer) do update
    set marked_xid = excluded.marked_xid, cause = excluded.cause;
