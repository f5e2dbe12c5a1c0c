-- basket_contents: what was bought in each basket of the months that hold a bucket: its codes, each once. A sale of
-- more than 10 lines is a stock order and no basket. A table with statistics: the planner knows not how codes meet.
-- reads:  silver/transactions_cleaned, silver/transaction_items
-- params: first_month_day, last_month_day
-- rerun:  safe, the table is dropped with the transaction
create temporary table basket_contents on commit drop as
with touched_months as (
    select distinct date_trunc('month', date_key)::date as month
    from buckets
),

contents as (
    select
        date_trunc('month', sale.date_key)::date as month,
        item.source_id,
        item.transaction_id,
        item.sku
    from scout.silver_transactions_cleaned as sale
    inner join scout.silver_transaction_items as item
        on
            sale.store_id = item.store_id
            and sale.date_key = item.date_key
            and sale.source_id = item.source_id
            and sale.transaction_id = item.transaction_id
    where
        sale.deleted_at is null
        and sale.line_count <= 10
        and item.line_type = 'sale'
        and date_trunc('month', sale.date_key)::date in (select touched.month from touched_months as touched)
        and sale.date_key >= cast(:first_month_day as date)
        and sale.date_key <= cast(:last_month_day as date)
        and item.date_key >= cast(:first_month_day as date)
        and item.date_key <= cast(:last_month_day as date)
    group by date_trunc('month', sale.date_key)::date, item.source_id, item.transaction_id, item.sku
)

select
    contents.*,
    -- numbers stand for codes: pairs of them are compared and hashed faster, in the same order
    dense_rank() over (order by contents.month, contents.sku) as code_number,
    count(*) over (partition by contents.month, contents.sku) as code_baskets
from contents;
