-- scout.dim_product_descriptions: how often the window's lines call each code by which description.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the window
with named as (
    select
        line.sku,
        coalesce(line.description, '') as description,
        count(*) as line_count
    from window_parsed as line
    inner join window_transactions as latest on line.content_hash = latest.content_hash
    where
        latest.deleted_at is null
        and not exists (
            select 1
            from window_rejected as rejected
            where rejected.store_id = line.store_id and rejected.ingest_id = line.ingest_id
        )
    group by line.sku, coalesce(line.description, '')
)

insert into scout.dim_product_descriptions as known (sku, description, line_count, is_pending)
select
    sku,
    description,
    line_count,
    true
from named
order by sku, description
on conflict (sku, description) do update
    set line_count = known.line_count + excluded.line_count, is_pending = true;
