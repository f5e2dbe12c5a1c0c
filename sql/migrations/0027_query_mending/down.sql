-- 0027_query_mending, undone: the functions as they were.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03

drop view scout.v_transactions;

create or replace function scout.get_product_mix_tree(p_month date, p_store_code text) returns jsonb
language sql stable parallel safe
begin atomic
    with sold as (
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
        where store.store_code = upper(p_store_code) and summary.month = date_trunc('month', p_month)::date
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

create or replace function scout.get_suggestion_funnel(p_from date, p_to date, p_region text default null)
returns table (
    transactions_observed bigint, suggestions_offered bigint, suggestions_accepted bigint, suggestions_rejected bigint,
    acceptance_pct numeric
)
language sql stable parallel safe
begin atomic
    with summed as (
        select
            coalesce(sum(request.transaction_count), 0)::bigint as transactions_observed,
            coalesce(sum(request.suggestions_offered), 0)::bigint as suggestions_offered,
            coalesce(sum(request.suggestions_accepted), 0)::bigint as suggestions_accepted
        from scout.gold_request_behavior as request
        where
            request.date_key >= p_from
            and request.date_key < p_to
            and (p_region is null or request.region = p_region)
    )

    select
        summed.transactions_observed,
        summed.suggestions_offered,
        summed.suggestions_accepted,
        summed.suggestions_offered - summed.suggestions_accepted,
        round(100.0 * summed.suggestions_accepted / nullif(summed.suggestions_offered, 0), 4)
    from summed;
end;

create or replace function scout.get_store_stats(p_store_code text, p_from date, p_to date)
returns table (
    store_code text,
    store_name text,
    region text,
    net_revenue numeric,
    transaction_count bigint,
    avg_transaction_value numeric,
    units numeric,
    unique_customers bigint,
    active_days bigint
)
language sql stable parallel safe
begin atomic
    select
        store.store_code,
        store.store_name,
        store.region,
        days.net_revenue,
        days.transaction_count,
        round(days.net_revenue / nullif(days.transaction_count, 0), 4),
        days.units,
        (
            select count(distinct sale.customer_id)
            from scout.silver_transactions_cleaned as sale
            where
                sale.store_id = store.store_id
                and sale.date_key >= p_from
                and sale.date_key < p_to
                and sale.deleted_at is null
                and sale.customer_id is not null
        ),
        days.active_days
    from scout.dim_store as store
    cross join
        lateral (
            select
                coalesce(sum(day.net_revenue), 0) as net_revenue,
                coalesce(sum(day.transaction_count), 0)::bigint as transaction_count,
                coalesce(sum(day.units), 0) as units,
                count(*) as active_days
            from scout.v_live_store_day as day
            where day.store_id = store.store_id and day.date_key >= p_from and day.date_key < p_to
        ) as days
    where store.store_code = upper(p_store_code) and store.is_current;
end;
comment on function scout.get_store_stats(text, date, date) is
'One row for a store that is described, none for any other code.';

create or replace function scout.get_top_products(
    p_from date, p_to date, p_limit integer default 20, p_category text default null, p_brand text default null
)
returns table (
    sku text, description text, brand_name text, category text, units numeric, net_revenue numeric,
    revenue_share_pct numeric
)
language sql stable parallel safe
begin atomic
    with sold as (
        select
            mix.sku,
            sum(mix.units) as units,
            sum(mix.net_revenue) as net_revenue
        from scout.gold_product_mix as mix
        where mix.month >= date_trunc('month', p_from)::date and mix.month < p_to
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
    order by described.net_revenue desc, described.sku asc
    limit p_limit;
end;

create or replace function scout.timeline_subject(p_filters jsonb) returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    asked constant jsonb := jsonb_strip_nulls(coalesce(p_filters, '{}'));
    subject text;
begin
    foreach subject in array array['brand', 'category'] loop
        if asked ? subject then
            if asked - subject <> '{}' then
                raise exception 'filter % stands beside others; it must be the only one: gold has a % over all stores',
                    subject, subject using errcode = 'invalid_parameter_value';
            end if;
            return subject;
        end if;
    end loop;
    return 'stores';
end
$$;

create or replace function scout.filtered_stores(p_filters jsonb) returns integer[]
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    filter_name text;
begin
    for filter_name in select jsonb_object_keys(coalesce(p_filters, '{}')) loop
        perform scout.checked_choice(
            'filter', filter_name, array['region', 'store_code', 'store_type', 'economic_class']
        );
    end loop;
    return array(
        select store.store_id
        from scout.dim_store as store
        where
            store.is_current
            and (p_filters ->> 'region' is null or store.region = p_filters ->> 'region')
            and (p_filters ->> 'store_code' is null or store.store_code = upper(p_filters ->> 'store_code'))
            and (p_filters ->> 'store_type' is null or store.store_type = p_filters ->> 'store_type')
            and (p_filters ->> 'economic_class' is null or store.economic_class = p_filters ->> 'economic_class')
    );
end
$$;
comment on function scout.filtered_stores(jsonb) is
'Keys of the stores that fit all filters, as they are described now: region, store_code, store_type, economic_class. '
'An unknown filter is an error.';

drop function scout.known_value(text, text);
comment on materialized view scout.mv_dashboard_kpis is
'One row per store and hour of the last 30 business days that have sales. The whole history is in gold_hourly_kpis.';
comment on materialized view scout.mv_brand_performance is
'One row per brand and day of the last 90 business days, with its rank by net revenue; lines without a brand are left '
'out.';
