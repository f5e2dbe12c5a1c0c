-- ops.dirty_buckets: where brands were sold that became clients or are none any more, for the layer that sums them.
-- Rare, and of the whole history: a scan of the lines then is cheaper than one more index on all of them.
-- reads:  silver/transaction_items
-- params: -
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a reader that takes it would miss this change
with changed as (
    select known.brand_name
    from known_clients as known
    left join scout.dim_brand as brand on known.brand_name = brand.brand_name
    where known.was_client <> coalesce(brand.is_tbwa_client, false)
),

store_days as (
    select distinct
        item.store_id,
        item.date_key
    from scout.silver_transaction_items as item
    where item.brand_name in (select changed.brand_name from changed)
)

insert into ops.dirty_buckets (store_id, date_key, layer, cause, marked_at)
select
    store_id,
    date_key,
    'gold/business_metrics',
    'described',
    -- now() is when the transaction began, and a bucket waits from its end on
    clock_timestamp()
from store_days
order by store_id, date_key
on conflict (store_id, date_key, layer) do update
    set marked_xid = excluded.marked_xid, cause = excluded.cause;
