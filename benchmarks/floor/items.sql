-- One row per line, numbered in the order of the files. No invoice of this data spans two days, so no join is needed.
insert into floor.silver_transaction_items (
    store_id, date_key, source_id, transaction_id, line_number, line_type, sku, description,
    quantity, unit_price, subtotal, sold_at
)
select
    1,
    invoice_date::date,
    1,
    invoice_no,
    row_number() over (partition by invoice_no order by ordinal),
    case
        when invoice_no ~ '^C[0-9]' then 'return'
        when invoice_no ~ '^A[0-9]' or quantity like '-%' then 'adjustment'
        else 'sale'
    end,
    upper(btrim(stock_code)),
    nullif(btrim(description), ''),
    quantity::numeric,
    unit_price::numeric,
    quantity::numeric * unit_price::numeric,
    invoice_date::timestamp at time zone 'Europe/London'
from floor.raw;
