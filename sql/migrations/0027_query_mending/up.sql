-- What people ask by name is known, or refused: a misspelt region or brand returned zeros. And the view of
-- transactions under the names of the documents.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03

create function scout.known_value(p_name text, p_value text) returns text
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    found_value text;
    choices text[];
    meant text;
begin
    if p_value is null then
        return null;
    end if;
    -- the small tables first; gold only for what no dimension describes, by its key
    case p_name
        when 'region' then
            found_value := coalesce(
                scout.norm_region(p_value),
                (select figure.region from scout.gold_regional_performance as figure where figure.region = p_value limit 1)
            );
        when 'store_code' then
            found_value := coalesce(
                (select known.store_code from scout.store_registry as known where known.store_code = upper(p_value)),
                (select store.store_code from scout.dim_store as store where store.store_code = upper(p_value) limit 1)
            );
        when 'store_type' then
            choices := array['urban_high', 'urban_medium', 'residential', 'rural', 'transport', 'other'];
            found_value := coalesce(
                choices[array_position(choices, p_value)],
                (select store.store_type from scout.dim_store as store where store.store_type = p_value limit 1)
            );
        when 'economic_class' then
            choices := array['A', 'B', 'C', 'D', 'E', 'unknown'];
            found_value := coalesce(
                choices[array_position(choices, p_value)],
                (select store.economic_class from scout.dim_store as store where store.economic_class = p_value limit 1)
            );
        when 'category' then
            found_value := coalesce(
                (select known.category from scout.dim_category as known where known.category = p_value),
                (select figure.category from scout.gold_category_summary as figure where figure.category = p_value limit 1),
                (select product.category from scout.dim_product as product where product.category = p_value limit 1)
            );
        when 'brand' then
            found_value := coalesce(
                (select known.brand_name from scout.dim_brand as known where known.brand_name = p_value),
                (select figure.brand_name from scout.v_live_brand_day as figure where figure.brand_name = p_value limit 1),
                (select product.brand_name from scout.dim_product as product where product.brand_name = p_value limit 1)
            );
    end case;
    if found_value is not null then
        return found_value;
    end if;
    -- nobody waits for an error: here more may be read
    if p_name = 'region' then
        found_value := (
            select sale.region from scout.silver_transactions_cleaned as sale
            where sale.region = p_value and sale.deleted_at is null limit 1
        );
        if found_value is not null then
            return found_value;
        end if;
        choices := array(select known.region from scout.dim_region as known order by known.sort_order);
    elsif p_name = 'store_code' then
        choices := array(select known.store_code from scout.store_registry as known order by known.store_code);
    elsif p_name = 'category' then
        choices := array(
            select known.category from scout.dim_category as known
            union
            select product.category from scout.dim_product as product where product.category is not null
            order by 1
        );
    elsif p_name = 'brand' then
        choices := array(
            select known.brand_name from scout.dim_brand as known
            union
            select product.brand_name from scout.dim_product as product where product.brand_name is not null
            order by 1
        );
    end if;
    meant := (
        select choice.said from unnest(choices) as choice (said)
        where scout.place_key(choice.said) = scout.place_key(p_value) limit 1
    );
    raise exception '% % is not known', p_name, quote_literal(p_value) using
        errcode = 'invalid_parameter_value',
        detail = format(
            'Known %s: %s%s', case when cardinality(choices) = 1 then 'is' else 'are' end,
            array_to_string(choices[:20], ', '),
            case when cardinality(choices) > 20 then format(' and %s more', cardinality(choices) - 20) else '' end
        ),
        hint = coalesce(format('Did you mean %s?', quote_literal(meant)), 'Look for it among those that are known.');
end
$$;
comment on function scout.known_value(text, text) is
'The value as it is stored when a dimension or gold knows it, else an error that says what is known: a misspelt '
'region, store_code, store_type, economic_class, category or brand must not return zeros. Null stays null.';

create or replace function scout.filtered_stores(p_filters jsonb) returns integer[]
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    filter_name text;
    asked_region constant text := scout.known_value('region', p_filters ->> 'region');
    asked_code constant text := scout.known_value('store_code', p_filters ->> 'store_code');
    asked_type constant text := scout.known_value('store_type', p_filters ->> 'store_type');
    asked_class constant text := scout.known_value('economic_class', p_filters ->> 'economic_class');
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
            and (asked_region is null or store.region = asked_region)
            and (asked_code is null or store.store_code = asked_code)
            and (asked_type is null or store.store_type = asked_type)
            and (asked_class is null or store.economic_class = asked_class)
    );
end
$$;
comment on function scout.filtered_stores(jsonb) is
'Keys of the stores that fit all filters, as they are described now: region, store_code, store_type, economic_class. '
'An unknown filter or value is an error.';

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
            perform scout.known_value(subject, asked ->> subject);
            return subject;
        end if;
    end loop;
    return 'stores';
end
$$;

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
    order by described.net_revenue desc, described.sku asc
    limit p_limit;
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
    where store.store_code = (select scout.known_value('store_code', p_store_code)) and store.is_current;
end;
comment on function scout.get_store_stats(text, date, date) is
'One row for a store that is described, none for one that only occurs in sales. Any other code '
'is an error.';

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

create or replace function scout.get_suggestion_funnel(p_from date, p_to date, p_region text default null)
returns table (
    transactions_observed bigint, suggestions_offered bigint, suggestions_accepted bigint, suggestions_rejected bigint,
    acceptance_pct numeric
)
language sql stable parallel safe
begin atomic
    with asked as (
        select scout.known_value('region', p_region) as region
    ),

    summed as (
        select
            coalesce(sum(request.transaction_count), 0)::bigint as transactions_observed,
            coalesce(sum(request.suggestions_offered), 0)::bigint as suggestions_offered,
            coalesce(sum(request.suggestions_accepted), 0)::bigint as suggestions_accepted
        from scout.gold_request_behavior as request
        where
            request.date_key >= p_from
            and request.date_key < p_to
            -- asked once, before anything is read
            and (select asked.region is null = (p_region is null) from asked)
            and (p_region is null or request.region = (select asked.region from asked))
    )

    select
        summed.transactions_observed,
        summed.suggestions_offered,
        summed.suggestions_accepted,
        summed.suggestions_offered - summed.suggestions_accepted,
        round(100.0 * summed.suggestions_accepted / nullif(summed.suggestions_offered, 0), 4)
    from summed;
end;

create view scout.v_transactions as
select
    sale.transaction_id as id,
    sale.source_id,
    sale.store_id,
    sale.customer_id,
    sale.date_key,
    sale.peso_value as total_amount,
    sale.sold_at as created_at,
    (
        select string_agg(turn.turn_text, E'\n' order by turn.turn_number)
        from scout.silver_transcripts as turn
        where
            turn.store_id = sale.store_id
            and turn.date_key = sale.date_key
            and turn.source_id = sale.source_id
            and turn.transaction_id = sale.transaction_id
    ) as transcription_text,
    (
        select array_agg(mention.brand_name order by mention.mention_number)
        from scout.silver_brand_mentions as mention
        where
            mention.store_id = sale.store_id
            and mention.date_key = sale.date_key
            and mention.source_id = sale.source_id
            and mention.transaction_id = sale.transaction_id
    ) as nlp_brand_mentions
from scout.silver_transactions_cleaned as sale
where sale.deleted_at is null;
comment on view scout.v_transactions is
'Sales that are not voided, under the column names of the documents: total_amount is peso_value, created_at is '
'sold_at. An id is unique within its source_id.';

-- what the views hold, said as it is
comment on materialized view scout.mv_dashboard_kpis is
'One row per store and hour of the 30 business days up to the newest that has sales, days without sales counted. The '
'whole history is in gold_hourly_kpis.';
comment on materialized view scout.mv_brand_performance is
'One row per brand and day of the 90 business days up to the newest that has sales, days without sales counted, with '
'its rank by net revenue; lines without a brand are left out.';
