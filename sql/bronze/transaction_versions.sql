-- scout.bronze_transaction_versions: registers the versions that nobody sent before; the first batch keeps them.
-- reads:  -
-- params: source_id, store_id
-- rerun:  safe, known versions are left as they are
with registered as (
    insert into scout.bronze_transaction_versions as known (
        source_id, transaction_id, content_hash, store_id, batch_id, line_count, first_id, last_id
    )
    select
        cast(:source_id as smallint),
        landed.transaction_id,
        landed.content_hash,
        coalesce(cast(:store_id as integer), store.store_id, 0),
        landed.batch_id,
        landed.line_count,
        landed.first_id,
        landed.last_id
    from landing_versions as landed
    left join scout.store_registry as store on landed.store_code = store.store_code
    -- of equal records the first is stored, and its place is the one to remember
    order by landed.transaction_id, landed.content_hash, landed.batch_id, landed.first_ordinal
    on conflict (source_id, transaction_id, content_hash) do nothing
    returning known.batch_id, known.transaction_id, known.content_hash, known.store_id, known.line_count
),

arrived as (
    select
        batch_id,
        transaction_id,
        content_hash,
        min(first_ordinal) as first_ordinal
    from landing_versions
    group by batch_id, transaction_id, content_hash
)

insert into new_versions (batch_id, transaction_id, content_hash, store_id, line_count, first_ordinal)
select
    registered.batch_id,
    registered.transaction_id,
    registered.content_hash,
    registered.store_id,
    registered.line_count,
    arrived.first_ordinal
from registered
inner join arrived
    on
        registered.batch_id = arrived.batch_id
        and registered.transaction_id = arrived.transaction_id
        and registered.content_hash = arrived.content_hash;
