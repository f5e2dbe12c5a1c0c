-- promise: each materialized view has a valid unique index over plain columns, of all its rows, which are its grain.
-- reads:  serving/mv_brand_performance, serving/mv_customer_segments, serving/mv_dashboard_kpis,
--         serving/mv_global_product_stats, serving/mv_store_daily_metrics
-- params: -
-- rerun:  safe, read only
with grains as (
    select
        declared.view_name,
        declared.columns
    from (
        values
        ('scout.mv_brand_performance', array['brand_name', 'date_key']),
        ('scout.mv_customer_segments', array['segment']),
        ('scout.mv_dashboard_kpis', array['date_key', 'sold_hour', 'store_id']),
        ('scout.mv_global_product_stats', array['sku']),
        ('scout.mv_store_daily_metrics', array['date_key', 'store_id'])
    ) as declared (view_name, columns)
),

views as (
    select
        relation.oid as view_id,
        relation.oid::regclass::text as view_name
    from pg_class as relation
    where relation.relkind = 'm' and relation.relnamespace = 'scout'::regnamespace
),

-- what a refresh beside the readers may use: nothing partial, nothing of expressions, nothing half built or deferred
usable as (
    select
        unique_index.indrelid as view_id,
        array_agg(part.attname::text order by part.attname::text) as columns
    from pg_index as unique_index
    cross join lateral unnest(unique_index.indkey::smallint[]) with ordinality as keys (attnum, place)
    inner join pg_attribute as part on unique_index.indrelid = part.attrelid and keys.attnum = part.attnum
    where
        unique_index.indisunique and unique_index.indisvalid and unique_index.indisready
        and unique_index.indislive and unique_index.indimmediate
        and unique_index.indpred is null and unique_index.indexprs is null
        and keys.place <= unique_index.indnkeyatts
    group by unique_index.indexrelid, unique_index.indrelid
),

broken as (
    select
        coalesce(views.view_name, grains.view_name) as view_name,
        case
            when views.view_id is null then 'there is no such view'
            when grains.columns is null then 'nobody says what its grain is'
            else 'no valid, plain, whole unique index over ' || array_to_string(grains.columns, ', ')
        end as problem
    from grains
    full join views on grains.view_name = views.view_name
    where
        not exists (
            select 1 from usable
            where usable.view_id = views.view_id and usable.columns = grains.columns
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
