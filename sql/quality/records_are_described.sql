-- promise: what reference records describe is in its dimension or feed, nothing else is, and stores lie as they say.
-- reads:  silver/dimension_records, silver/dim_store, silver/dim_product, silver/dim_brand, silver/dim_category,
--         silver/dim_province, silver/dim_city, silver/dim_barangay, silver/dim_device, silver/dim_campaign,
--         silver/promotions, silver/promotion_items, silver/promotion_approvals, silver/experiment_events,
--         silver/store_metrics
-- params: -
-- rerun:  safe, read only
with recorded as (
    select distinct
        kind,
        code
    from scout.dimension_records
),

present as (
    select distinct
        'store' as kind,
        store_code as code
    from scout.dim_store
    where not is_registered
    union all
    select distinct
        'product',
        sku
    from scout.dim_product
    where not is_derived
    union all
    select
        'brand',
        brand_name
    from scout.dim_brand
    union all
    select
        'category',
        category
    from scout.dim_category
    union all
    select
        'province',
        province_code
    from scout.dim_province
    union all
    select
        'city',
        city_code
    from scout.dim_city
    union all
    select
        'barangay',
        barangay_code
    from scout.dim_barangay
    union all
    select
        'device',
        device_id
    from scout.dim_device
    union all
    select
        'campaign',
        campaign_id
    from scout.dim_campaign
    union all
    select
        'promotion',
        promotion_id
    from scout.silver_promotions
    union all
    select
        'promotion_item',
        item_id
    from scout.silver_promotion_items
    union all
    select
        'approval',
        approval_id
    from scout.silver_promotion_approvals
    union all
    select
        'experiment_event',
        event_id
    from scout.silver_experiment_events
    union all
    select
        'store_metric',
        measurement_id
    from scout.silver_store_metrics
),

broken as (
    select
        coalesce(recorded.kind, present.kind) as kind,
        coalesce(recorded.code, present.code) as code,
        case when present.code is null then 'missing' else 'without a record' end as problem
    from recorded
    full join present on recorded.kind = present.kind and recorded.code = present.code
    where recorded.code is null or present.code is null
    union all
    -- a version of a store lies where the record that began it says
    select
        'store',
        store.store_code,
        'lies elsewhere'
    from scout.dim_store as store
    inner join scout.dimension_records as record
        on record.kind = 'store' and store.store_code = record.code and store.valid_from = record.valid_from
    where
        not store.is_registered
        and (store.region, store.province, store.city, store.barangay) is distinct from (
            scout.norm_region(record.attributes ->> 'region'),
            nullif(btrim(record.attributes ->> 'province'), ''),
            nullif(btrim(record.attributes ->> 'city'), ''),
            nullif(btrim(record.attributes ->> 'barangay'), '')
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
