-- window_versions: every version of each transaction in the window, with its sums and its business day.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_versions on commit drop as
with valued as (
    select window_lines.*
    from window_lines
    -- a fence: each line's value is multiplied out once, not once a sum
    offset 0
),

summed as (
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
        coalesce(sum(quantity), 0) as units,
        coalesce(sum(subtotal) filter (where line_type = 'sale'), 0) as gross_sales,
        coalesce(sum(subtotal) filter (where line_type = 'return'), 0) as returns_value,
        coalesce(sum(subtotal) filter (where line_type = 'adjustment'), 0) as adjustments_value,
        min(line_type) as first_type,
        max(line_type) as last_type
    from valued
    group by store_id, source_id, transaction_id, content_hash, batch_id
),

-- once a spelling, not once a sale
regions as (
    select
        spelling.region as spelled,
        coalesce(scout.norm_region(spelling.region), spelling.region) as region
    from (select distinct summed.region from summed) as spelling
)

select
    summed.store_id,
    summed.source_id,
    summed.transaction_id,
    summed.content_hash,
    summed.batch_id,
    summed.version_xid,
    summed.version_id,
    summed.date_key,
    summed.sold_at,
    summed.customer_id,
    regions.region,
    summed.line_count,
    summed.units,
    summed.gross_sales,
    summed.returns_value,
    summed.adjustments_value,
    summed.gross_sales + summed.returns_value + summed.adjustments_value as peso_value,
    case when summed.first_type = summed.last_type then summed.first_type else 'mixed' end as transaction_type
from summed
left join regions on summed.region = regions.spelled;
