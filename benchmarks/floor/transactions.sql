-- One row per invoice, typed and summed from its lines. No content hash: the floor knows no versions.
with typed as (
    select
        invoice_no,
        quantity::numeric as quantity,
        quantity::numeric * unit_price::numeric as subtotal,
        invoice_date::timestamp as sold_at,
        customer_id,
        btrim(country) as region,
        case
            when invoice_no ~ '^C[0-9]' then 'return'
            when invoice_no ~ '^A[0-9]' or quantity like '-%' then 'adjustment'
            else 'sale'
        end as line_type
    from floor.raw
)

insert into floor.silver_transactions_cleaned (
    store_id, date_key, source_id, transaction_id, transaction_type, sold_at, customer_id, region,
    line_count, units, gross_sales, returns_value, adjustments_value, peso_value, content_hash, batch_id
)
select
    1,
    min(sold_at)::date,
    1,
    invoice_no,
    case when min(line_type) = max(line_type) then min(line_type) else 'mixed' end,
    min(sold_at) at time zone 'Europe/London',
    md5(split_part(max(customer_id), '.', 1))::uuid,
    max(region),
    count(*),
    sum(quantity),
    coalesce(sum(subtotal) filter (where line_type = 'sale'), 0),
    coalesce(sum(subtotal) filter (where line_type = 'return'), 0),
    coalesce(sum(subtotal) filter (where line_type = 'adjustment'), 0),
    sum(subtotal),
    '\x',
    0
from typed
group by invoice_no;
