-- promise: the versions of each store and product follow each other without a gap, and the last one is the current one.
-- reads:  silver/dim_store, silver/dim_product
-- params: -
-- rerun:  safe, read only
with versions as (
    select
        'dim_store' as dimension,
        store_id::text as member,
        valid_from,
        valid_to,
        is_current,
        lead(valid_from) over (partition by store_id order by valid_from) as next_from
    from scout.dim_store
    union all
    select
        'dim_product' as dimension,
        sku::text as member,
        valid_from,
        valid_to,
        is_current,
        lead(valid_from) over (partition by sku order by valid_from) as next_from
    from scout.dim_product
),

broken as (
    select
        dimension,
        member,
        valid_from,
        valid_to
    from versions
    where
        valid_to <> coalesce(next_from, '9999-12-31')
        or is_current is distinct from (next_from is null)
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
