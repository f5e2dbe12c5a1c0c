-- 0039_shop_floor_mending: measurements with more than four decimals are read; what a sale says and nobody can read is
-- told with the rest that no vocabulary knows; top products are those of the days that were asked for, and a month that
-- is null is an error.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03
create function scout.parse_measure(value text) returns numeric
language sql immutable parallel safe
return case when value ~ '^-?[0-9]{1,12}([.][0-9]+)?$' then value::numeric end;
comment on function scout.parse_measure(text) is
'A plain decimal of ASCII digits, or null: what a device measured, such as a confidence or seconds, with as many '
'decimals as it sends. Amounts and quantities are read by parse_decimal, which takes four.';

comment on column scout.silver_transactions_cleaned.unmapped is
'Texts that no vocabulary knows or that cannot be read, by column; the column itself is null then, or unknown. '
'Also of what else was said in the sale: substitution, suggestion, transcript, brands that were heard, confidence of '
'the items.';

-- gold keeps nothing that depends on the present: how old an open promotion is, is reckoned here when one asks
create view scout.v_open_promotions as
select
    promotion.promotion_id,
    promotion.promotion_name,
    promotion.status,
    promotion.store_id,
    promotion.brand_name,
    promotion.promotion_value,
    promotion.created_at,
    -- a clock that is ahead makes nothing younger than new
    greatest(0, round(extract(epoch from now() - promotion.created_at) / 3600, 4)) as open_hours
from scout.silver_promotions as promotion
where
    promotion.status in ('draft', 'open')
    and promotion.approved_at is null
    and promotion.closed_at is null;
comment on view scout.v_open_promotions is
'One row per promotion that nobody has decided: those that gold_promotion_summary counts as open. open_hours: from its '
'creation to this moment.';

-- what the functions that people call count, and what they refuse
create function scout.whole_months_from(p_from date, p_to date) returns date
language sql immutable parallel safe
return case
    when extract(day from p_from) = 1 and (p_from::timestamp + interval '1 month') <= p_to then p_from
    else least(p_to, (date_trunc('month', p_from::timestamp) + interval '1 month')::date)
end;
comment on function scout.whole_months_from(date, date) is
'The first day of the first whole month of a half-open range; without any the first of the month after its first day, '
'or its end.';

create function scout.checked_days(p_from date, p_to date) returns boolean
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    first_whole constant date := scout.whole_months_from(p_from, p_to);
    gone text;
begin
    gone := (
        select string_agg(distinct to_char(frozen.month, 'YYYY-MM'), ', ')
        from ops.archived_months as frozen
        where
            frozen.layer = 'silver'
            and (
                (p_from < first_whole and frozen.month = date_trunc('month', p_from::timestamp)::date)
                or (
                    p_to > greatest(first_whole, date_trunc('month', p_to::timestamp)::date)
                    and frozen.month = date_trunc('month', p_to::timestamp)::date
                )
            )
    );
    if gone is not null then
        raise exception 'the sales of % are archived: single days of it cannot be counted', gone
            using errcode = 'invalid_parameter_value', hint = 'Ask for whole months, or restore the month.';
    end if;
    return true;
end
$$;
comment on function scout.checked_days(date, date) is
'True for a half-open range whose days outside whole months are not archived, else an error that says what to do.';

create function scout.asked_month(p_month date) returns date
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_month is null then
        raise exception 'p_month is null' using
            errcode = 'invalid_parameter_value', hint = 'Give any day of the month that is meant.';
    end if;
    return date_trunc('month', p_month::timestamp)::date;
end
$$;
comment on function scout.asked_month(date) is
'The first day of the month of a day; of null it is an error: no month must not look like a month without sales.';

create function scout.checked_sku(p_sku text) returns boolean
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_sku is not null
        and not exists (select 1 from scout.dim_product as product where product.sku = upper(p_sku))
    then
        raise exception 'sku % is not known', quote_literal(p_sku) using
            errcode = 'invalid_parameter_value', hint = 'Look for it in scout.dim_product.';
    end if;
    return true;
end
$$;
comment on function scout.checked_sku(text) is
'True for a product code that some record or sale has named, and for null; else an error.';

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

    -- the days up to the first whole month, whole months, and the days after the last one
    parts as (
        select
            item.sku,
            sum(item.quantity) as units,
            sum(item.subtotal) as net_revenue
        from scout.silver_transaction_items as item
        inner join scout.dim_product as product on item.sku = product.sku
        where
            item.date_key >= p_from
            and item.date_key < scout.whole_months_from(p_from, p_to)
            and product.is_current
            and product.is_product
            -- asked once, before anything is read
            and (select concat(asked.category, asked.brand) is not null from asked)
        group by item.sku
        union all
        select
            mix.sku,
            mix.units,
            mix.net_revenue
        from scout.gold_product_mix as mix
        where
            mix.month >= scout.whole_months_from(p_from, p_to)
            and mix.month < date_trunc('month', p_to::timestamp)::date
            and (select concat(asked.category, asked.brand) is not null from asked)
        union all
        select
            item.sku,
            sum(item.quantity) as units,
            sum(item.subtotal) as net_revenue
        from scout.silver_transaction_items as item
        inner join scout.dim_product as product on item.sku = product.sku
        where
            item.date_key >= greatest(
                scout.whole_months_from(p_from, p_to), date_trunc('month', p_to::timestamp)::date
            )
            and item.date_key < p_to
            and product.is_current
            and product.is_product
            and (select concat(asked.category, asked.brand) is not null from asked)
        group by item.sku
    ),

    sold as (
        select
            parts.sku,
            sum(parts.units) as units,
            sum(parts.net_revenue) as net_revenue
        from parts
        group by parts.sku
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
        and (select scout.checked_range(p_from, p_to) and scout.checked_days(p_from, p_to))
    order by described.net_revenue desc, described.sku asc
    limit p_limit;
end;

comment on function scout.get_top_products(date, date, integer, text, text) is
'Products by net revenue over the days of the half-open range, with their part of the revenue of all products: whole '
'months from gold_product_mix, the days outside of them from the lines of silver.';

create or replace function scout.get_product_mix_tree(p_month date, p_store_code text) returns jsonb
language sql stable parallel safe
begin atomic
    with asked as (
        select
            scout.asked_month(p_month) as month,
            scout.known_value('store_code', p_store_code) as store_code
    ),

    sold as (
        select
            mix.sku,
            mix.net_revenue,
            mix.units
        from scout.gold_product_mix as mix
        where p_store_code is null and mix.month = (select asked.month from asked)
        union all
        select
            summary.sku,
            summary.net_revenue,
            summary.units
        from scout.gold_store_product_summary as summary
        inner join scout.store_registry as store on summary.store_id = store.store_id
        where
            store.store_code = (select asked.store_code from asked)
            and summary.month = (select asked.month from asked)
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
    from categories
    -- asked also where there is nothing to read
    where (select asked.month is not null from asked);
end;

create or replace function scout.get_basket_patterns(p_month date, p_sku text default null, p_limit integer default 20)
returns table (
    sku_a text, sku_b text, basket_count bigint, support_pct numeric, confidence_ab_pct numeric,
    confidence_ba_pct numeric, lift numeric
)
language sql stable parallel safe
begin atomic
    with asked as (
        select scout.asked_month(p_month) as month
        where scout.checked_sku(p_sku)
    )

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
        -- asked also where there is nothing to read
        (select asked.month is not null from asked)
        and pattern.month = (select asked.month from asked)
        and (p_sku is null or upper(p_sku) in (pattern.sku_a, pattern.sku_b))
    order by pattern.lift desc, pattern.basket_count desc, pattern.sku_a asc, pattern.sku_b asc
    limit p_limit;
end;
