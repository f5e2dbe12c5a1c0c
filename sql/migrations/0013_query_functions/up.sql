-- What people call: figures of a half-open range of business days, filtered, from the live views and gold.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03

create function scout.checked_choice(p_name text, p_value text, p_choices text[]) returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_value is null or not p_value = any (p_choices) then
        raise exception '% is %; it must be one of %', p_name, coalesce(quote_literal(p_value), 'null'),
            array_to_string(p_choices, ', ') using errcode = 'invalid_parameter_value';
    end if;
    return p_value;
end
$$;
comment on function scout.checked_choice(text, text, text[]) is
'The value when it is one of the choices, else an error that names them: a misspelt choice must not return nothing.';

create function scout.filtered_stores(p_filters jsonb) returns integer[]
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

create function scout.get_dashboard_metrics(p_from date, p_to date, p_filters jsonb default '{}')
returns table (
    net_revenue numeric,
    transaction_count bigint,
    avg_transaction_value numeric,
    units numeric,
    unique_customers bigint,
    active_stores bigint
)
language sql stable parallel safe
begin atomic
    with chosen as (
        select scout.filtered_stores(p_filters) as store_ids
    ),

    days as (
        select
            coalesce(sum(day.net_revenue), 0) as net_revenue,
            coalesce(sum(day.transaction_count), 0)::bigint as transaction_count,
            coalesce(sum(day.units), 0) as units,
            count(distinct day.store_id) as active_stores
        from scout.v_live_store_day as day
        where
            day.store_id = any((select chosen.store_ids from chosen)::integer[])
            and day.date_key >= p_from
            and day.date_key < p_to
    ),

    customers as (
        select count(distinct sale.customer_id) as unique_customers
        from scout.silver_transactions_cleaned as sale
        where
            sale.store_id = any((select chosen.store_ids from chosen)::integer[])
            and sale.date_key >= p_from
            and sale.date_key < p_to
            and sale.deleted_at is null
    )

    select
        days.net_revenue,
        days.transaction_count,
        round(days.net_revenue / nullif(days.transaction_count, 0), 4),
        days.units,
        customers.unique_customers,
        days.active_stores
    from days
    cross join customers;
end;
comment on function scout.get_dashboard_metrics(date, date, jsonb) is
'One row: figures of all business days from p_from up to but not including p_to.';

create function scout.get_sales_timeline(
    p_from date, p_to date, p_period text default 'day', p_filters jsonb default '{}'
)
returns table (
    period_start timestamp, transaction_count bigint, units numeric, net_revenue numeric, avg_transaction_value numeric
)
language sql stable parallel safe
begin atomic
    with chosen as (
        select
            scout.filtered_stores(p_filters) as store_ids,
            scout.checked_choice('p_period', p_period, array['hour', 'day', 'week', 'month']) as period
    ),

    moments as (
        select
            hour_of_day.date_key + make_interval(hours => hour_of_day.sold_hour) as period_start,
            hour_of_day.transaction_count,
            hour_of_day.units,
            hour_of_day.net_revenue
        from scout.v_live_dashboard_kpis as hour_of_day
        where
            (select chosen.period from chosen) = 'hour'
            and hour_of_day.store_id = any((select chosen.store_ids from chosen)::integer[])
            and hour_of_day.date_key >= p_from
            and hour_of_day.date_key < p_to
        union all
        select
            date_trunc(case when p_period = 'hour' then 'day' else p_period end, day.date_key::timestamp),
            day.transaction_count,
            day.units,
            day.net_revenue
        from scout.v_live_store_day as day
        where
            (select chosen.period from chosen) <> 'hour'
            and day.store_id = any((select chosen.store_ids from chosen)::integer[])
            and day.date_key >= p_from
            and day.date_key < p_to
    )

    select
        moments.period_start,
        sum(moments.transaction_count)::bigint,
        sum(moments.units),
        sum(moments.net_revenue),
        round(sum(moments.net_revenue) / nullif(sum(moments.transaction_count), 0), 4)
    from moments
    group by moments.period_start
    order by moments.period_start;
end;
comment on function scout.get_sales_timeline(date, date, text, jsonb) is
'One row per hour, day, week (from Monday) or month with sales, in the time of the stores. A week or month holds its '
'days within the range only.';

create function scout.get_top_products(
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
comment on function scout.get_top_products(date, date, integer, text, text) is
'The products with the highest net revenue in all months that the range touches, whole months, over all stores. The '
'share is that of all products, whatever is filtered.';

create function scout.get_store_stats(p_store_code text, p_from date, p_to date)
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

create function scout.get_product_mix_tree(p_month date) returns jsonb
language sql stable parallel safe
begin atomic
    with codes as (
        select
            mix.sku,
            mix.net_revenue,
            mix.units,
            product.description,
            coalesce(product.category, 'Uncategorised') as category,
            coalesce(product.brand_name, 'Unbranded') as brand_name,
            sum(mix.net_revenue) over () as total
        from scout.gold_product_mix as mix
        left join scout.dim_product as product on mix.sku = product.sku and product.is_current
        where mix.month = date_trunc('month', p_month)::date
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
comment on function scout.get_product_mix_tree(date) is
'Category, brand and product of a month as nested JSON, each with its net revenue and its share of the month in '
'per cent, best first.';

create function scout.get_basket_patterns(p_month date, p_sku text default null, p_limit integer default 20)
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
comment on function scout.get_basket_patterns(date, text, integer) is
'Pairs of products of one month with the highest lift, all of them or those with p_sku.';

create function scout.get_substitution_flows(p_from date, p_to date, p_limit integer default 50)
returns table (from_sku text, to_sku text, reason text, substitution_count bigint)
language sql stable parallel safe
begin atomic
    select
        flow.from_sku,
        flow.to_sku,
        flow.reason,
        sum(flow.substitution_count)::bigint
    from scout.gold_substitution_flows as flow
    where flow.date_key >= p_from and flow.date_key < p_to
    group by flow.from_sku, flow.to_sku, flow.reason
    order by sum(flow.substitution_count) desc, flow.from_sku asc, flow.to_sku asc, flow.reason asc
    limit p_limit;
end;
comment on function scout.get_substitution_flows(date, date, integer) is
'What was asked for and what was taken instead, the most frequent first.';

create function scout.get_suggestion_funnel(p_from date, p_to date, p_region text default null)
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
comment on function scout.get_suggestion_funnel(date, date, text) is
'One row: sales that were observed, in how many something was suggested, and how often it was taken.';
