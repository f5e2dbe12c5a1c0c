-- window_versions: every version of each transaction in the window, with its sums and its business day.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_versions on commit drop as
select
    store_id,
    source_id,
    transaction_id,
    content_hash,
    batch_id,
    max(ingest_xid) as version_xid,
    max(ingest_id) as version_id,
    min(line_date) as date_key,
    min(sold_at) as sold_at,
    max(customer_id)::uuid as customer_id,
    max(region) as region,
    count(*) as line_count,
    sum(quantity) as units,
    coalesce(sum(subtotal) filter (where line_type = 'sale'), 0) as gross_sales,
    coalesce(sum(subtotal) filter (where line_type = 'return'), 0) as returns_value,
    coalesce(sum(subtotal) filter (where line_type = 'adjustment'), 0) as adjustments_value,
    sum(subtotal) as peso_value,
    case when min(line_type) = max(line_type) then min(line_type) else 'mixed' end as transaction_type
from window_lines
where reason_code is null
group by store_id, source_id, transaction_id, content_hash, batch_id;
