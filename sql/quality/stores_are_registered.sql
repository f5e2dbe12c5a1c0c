-- promise: every store that ever delivered has its key in the registry, and every key in silver is one of those.
-- reads:  bronze/transactions_raw, silver/dim_store
-- params: -
-- rerun:  safe, read only
with delivered as (
    select distinct store_id
    from scout.bronze_transaction_versions
    union
    select store_id
    from scout.dim_store
),

broken as (
    select delivered.store_id
    from delivered
    left join scout.store_registry as store on delivered.store_id = store.store_id
    where store.store_id is null
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
