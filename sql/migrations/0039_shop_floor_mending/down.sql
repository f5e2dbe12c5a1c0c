-- 0039_shop_floor_mending, undone: functions and comments as they were.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03

create or replace function scout.get_top_products(
    p_from date, p_to date, p_limit integer default 20, p_category text default null, p_brand text default null
)
returns table (
    sku text, description text, brand_name text, category text, units numeric, net_revenue numeric,
    revenue_share_pct numeric
)
language sql stable parallel safe
begin atomic
    with asked as (
        select
            scout.known_value('category', p_category) as category,
            scout.known_value('brand', p_brand) as brand
    ),

    sold as (
        select
            mix.sku,
            sum(mix.units) as units,
            sum(mix.net_revenue) as net_revenue
        from scout.gold_product_mix as mix
        where
            mix.month >= date_trunc('month', p_from)::date
            and mix.month < p_to
            -- asked once, before anything is read
            and (select concat(asked.category, asked.brand) is not null from asked)
        group by mix.sku
    ),

    described as (
        select
            sold.*,
            product.description,
            product.brand_name,
            product.category,
            100 * sold.net_revenue / nullif(sum(sold.net_revenue) over (), 0) as revenue_share_pct
        from sold
        left join scout.dim_product as product on sold.sku = product.sku and product.is_current
    )

    select
        described.sku,
        described.description,
        described.brand_name,
        described.category,
        described.units,
        described.net_revenue,
        round(described.revenue_share_pct, 4)
    from described
    where
        (p_category is null or described.category = p_category)
        and (p_brand is null or described.brand_name = p_brand)
        -- not where the months are: nothing is asked of a range that is known to be empty
        and (select scout.checked_range(p_from, p_to))
    order by described.net_revenue desc, described.sku asc
    limit p_limit;
end;

comment on function scout.get_top_products(date, date, integer, text, text) is
'The products with the highest net revenue in all months that the range touches, whole months, over all stores. The '
'share is that of all products, whatever is filtered.';

create or replace function scout.get_product_mix_tree(p_month date, p_store_code text) returns jsonb
language sql stable parallel safe
begin atomic
    with asked as (
        select scout.known_value('store_code', p_store_code) as store_code
    ),

    sold as (
        select
            mix.sku,
            mix.net_revenue,
            mix.units
        from scout.gold_product_mix as mix
        where p_store_code is null and mix.month = date_trunc('month', p_month)::date
        union all
        select
            summary.sku,
            summary.net_revenue,
            summary.units
        from scout.gold_store_product_summary as summary
        inner join scout.store_registry as store on summary.store_id = store.store_id
        where
            store.store_code = (select asked.store_code from asked)
            and summary.month = date_trunc('month', p_month)::date
    ),

    codes as (
        select
            sold.sku,
            sold.net_revenue,
            sold.units,
            product.description,
            coalesce(product.category, 'Uncategorised') as category,
            coalesce(product.brand_name, 'Unbranded') as brand_name,
            sum(sold.net_revenue) over () as total
        from sold
        left join scout.dim_product as product on sold.sku = product.sku and product.is_current
    ),

    brands as (
        select
            codes.category,
            codes.brand_name,
            codes.total,
            sum(codes.net_revenue) as net_revenue,
            jsonb_agg(
                jsonb_build_object(
                    'sku', codes.sku,
                    'description', codes.description,
                    'units', codes.units,
                    'net_revenue', codes.net_revenue,
                    'share_pct', round(100 * codes.net_revenue / nullif(codes.total, 0), 4)
                )
                order by codes.net_revenue desc, codes.sku asc
            ) as skus
        from codes
        group by codes.category, codes.brand_name, codes.total
    ),

    categories as (
        select
            brands.category,
            sum(brands.net_revenue) as net_revenue,
            jsonb_build_object(
                'category', brands.category,
                'net_revenue', sum(brands.net_revenue),
                'share_pct', round(100 * sum(brands.net_revenue) / nullif(brands.total, 0), 4),
                'brands', jsonb_agg(
                    jsonb_build_object(
                        'brand_name', brands.brand_name,
                        'net_revenue', brands.net_revenue,
                        'share_pct', round(100 * brands.net_revenue / nullif(brands.total, 0), 4),
                        'skus', brands.skus
                    )
                    order by brands.net_revenue desc, brands.brand_name asc
                )
            ) as branch
        from brands
        group by brands.category, brands.total
    )

    select coalesce(jsonb_agg(categories.branch order by categories.net_revenue desc, categories.category asc), '[]')
    from categories;
end;

create or replace function scout.get_basket_patterns(p_month date, p_sku text default null, p_limit integer default 20)
returns table (
    sku_a text, sku_b text, basket_count bigint, support_pct numeric, confidence_ab_pct numeric,
    confidence_ba_pct numeric, lift numeric
)
language sql stable parallel safe
begin atomic
    select
        pattern.sku_a,
        pattern.sku_b,
        pattern.basket_count,
        pattern.support_pct,
        pattern.confidence_ab_pct,
        pattern.confidence_ba_pct,
        pattern.lift
    from scout.gold_basket_patterns as pattern
    where
        pattern.month = date_trunc('month', p_month)::date
        and (p_sku is null or upper(p_sku) in (pattern.sku_a, pattern.sku_b))
    order by pattern.lift desc, pattern.basket_count desc, pattern.sku_a asc, pattern.sku_b asc
    limit p_limit;
end;

drop view scout.v_open_promotions;
drop function scout.checked_sku(text);
drop function scout.asked_month(date);
drop function scout.checked_days(date, date);
drop function scout.whole_months_from(date, date);

comment on column scout.silver_transactions_cleaned.unmapped is
'Values that no vocabulary knows, by column; the column itself is null then.';

drop function scout.parse_measure(text);
