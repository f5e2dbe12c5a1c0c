-- ops.code_prices: the average price of one unit of each code sold on a day, over all stores.
-- reads:  silver/transaction_items
-- params: day
-- rerun:  safe after quality/code_prices_clear, which takes the day's rows away
insert into ops.code_prices (sku, date_key, avg_price, line_count)
select
    item.sku,
    item.date_key,
    sum(item.subtotal) / sum(item.quantity) as avg_price,
    count(*) as line_count
from scout.silver_transaction_items as item
where item.date_key = :day and item.line_type = 'sale' and item.unit_price > 0 and item.quantity > 0
group by item.sku, item.date_key
on conflict (sku, date_key) do update
    set avg_price = excluded.avg_price, line_count = excluded.line_count;
