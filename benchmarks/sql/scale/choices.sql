-- What the parameters are drawn from.
select
    (select min(date_key) from scout.gold_daily_aggregates) as first_day,
    (select max(date_key) from scout.gold_daily_aggregates) as last_day,
    (
        select array_agg(distinct region order by region)
        from scout.dim_store where is_current and region is not null
    ) as regions,
    (
        select array_agg(store_code order by store_code)
        from scout.dim_store where is_current and region is not null
    ) as store_codes,
    (
        select array_agg(store_id order by store_code)
        from scout.dim_store where is_current and region is not null
    ) as store_ids,
    (select array_agg(distinct brand_name order by brand_name) from scout.gold_brand_performance) as brands,
    (select array_agg(distinct sku order by sku) from scout.gold_product_mix) as skus;
