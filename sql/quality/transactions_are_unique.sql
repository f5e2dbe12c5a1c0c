-- promise: (source, transaction id) is unique over all partitions, and the registry says where each one lies.
-- reads:  silver/transactions_cleaned
-- params: -
-- rerun:  safe, read only
with placed as (
    select
        source_id,
        transaction_id,
        count(*) as row_count,
        min(store_id) as store_id,
        min(date_key) as date_key
    from scout.silver_transactions_cleaned
    where date_key >= (select ops.silver_kept_from())
    group by source_id, transaction_id
),

kept_keys as (
    select keys.*
    from scout.silver_transaction_keys as keys
    where keys.date_key >= (select ops.silver_kept_from())
),

broken as (
    select
        coalesce(placed.source_id, known.source_id) as source_id,
        coalesce(placed.transaction_id, known.transaction_id) as transaction_id,
        placed.row_count
    from placed
    full join kept_keys as known
        on placed.source_id = known.source_id and placed.transaction_id = known.transaction_id
    where
        placed.row_count is distinct from 1
        or known.transaction_id is null
        or (placed.store_id, placed.date_key) is distinct from (known.store_id, known.date_key)
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
