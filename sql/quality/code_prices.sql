-- ops.code_prices: the average price of one unit of each code sold on a day, over all stores, beside its list price.
-- reads:  silver/transaction_items, silver/dim_product
-- params: day
-- rerun:  safe after quality/code_prices_clear, which takes the day's rows away
with sold as (
    select
        item.sku,
        item.date_key,
        sum(item.subtotal) / sum(item.quantity) as avg_price,
        count(*) as line_count
    from scout.silver_transaction_items as item
    where item.date_key = :day and item.line_type = 'sale' and item.unit_price > 0 and item.quantity > 0
    group by item.sku, item.date_key
)

insert into ops.code_prices (sku, date_key, avg_price, line_count, list_price)
select
    sold.sku,
    sold.date_key,
    sold.avg_price,
    sold.line_count,
    (
        select nullif(max(product.list_price), 0)
        from scout.dim_product as product
        where
            product.sku = sold.sku
            and product.valid_from <= sold.date_key
            and product.valid_to > sold.date_key
    ) as list_price
from sold
on conflict (sku, date_key) do update
    set avg_price = excluded.avg_price, line_count = excluded.line_count, list_price = excluded.list_price;
