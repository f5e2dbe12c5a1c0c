-- promise: the versions of each store and product follow each other without a gap, and one of them is the current one:
-- that of today, or the first of those to come. A version that began yesterday may wait for a run.
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
        lead(valid_from) over (partition by store_id order by valid_from) as next_from,
        row_number() over (partition by store_id order by valid_from) as number,
        count(*) filter (where is_current) over (partition by store_id) as current_count
    from scout.dim_store
    union all
    select
        'dim_product' as dimension,
        sku::text as member,
        valid_from,
        valid_to,
        is_current,
        lead(valid_from) over (partition by sku order by valid_from) as next_from,
        row_number() over (partition by sku order by valid_from) as number,
        count(*) filter (where is_current) over (partition by sku) as current_count
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
        or current_count <> 1
        -- business days begin at other times in other zones
        or (is_current and number > 1 and valid_from > now()::date + 1)
        or (is_current and valid_to < now()::date - 1)
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
