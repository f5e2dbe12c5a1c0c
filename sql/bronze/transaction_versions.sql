-- scout.bronze_transaction_versions: registers the versions that nobody sent before; the first batch keeps them.
-- reads:  -
-- params: source_id, store_id
-- rerun:  safe, known versions are left as they are
with registered as (
    insert into scout.bronze_transaction_versions as known (
        source_id, transaction_id, content_hash, store_id, batch_id, line_count
    )
    select
        cast(:source_id as smallint),
        landed.transaction_id,
        landed.content_hash,
        coalesce(cast(:store_id as integer), store.store_id, 0),
        landed.batch_id,
        landed.line_count
    from landing_versions as landed
    left join scout.dim_store as store on landed.store_code = store.store_code
    order by landed.transaction_id, landed.content_hash, landed.batch_id
    on conflict (source_id, transaction_id, content_hash) do nothing
    returning known.batch_id, known.transaction_id, known.content_hash, known.store_id, known.line_count
)

insert into new_versions (batch_id, transaction_id, content_hash, store_id, line_count)
select
    batch_id,
    transaction_id,
    content_hash,
    store_id,
    line_count
from registered;
