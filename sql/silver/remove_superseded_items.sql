-- scout.silver_transaction_items: lines of superseded versions go, and their descriptions are counted back.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the window
with removed as (
    delete from scout.silver_transaction_items as item
    using window_superseded as old
    where
        item.store_id = old.store_id
        and item.date_key = old.date_key
        and item.source_id = old.source_id
        and item.transaction_id = old.transaction_id
    returning item.sku, item.description
),

counted as (
    select
        sku,
        coalesce(description, '') as description,
        count(*) as line_count
    from removed
    group by sku, coalesce(description, '')
)

insert into scout.dim_product_descriptions as known (sku, description, line_count, is_pending)
select
    sku,
    description,
    -line_count,
    true
from counted
order by sku, description
on conflict (sku, description) do update
    set line_count = known.line_count + excluded.line_count, is_pending = true;
