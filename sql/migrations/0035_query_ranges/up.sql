-- 0035_query_ranges: a failing materialized view is noted and keeps no other back; a range that holds no day is an
-- error.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03

alter table ops.mv_refresh_status
add column failed_at timestamptz,
add column last_error text;
comment on column ops.mv_refresh_status.failed_at is
'When a procedure that refreshes several views failed on this one last; it was mended if refreshed_at is later.';
comment on column ops.mv_refresh_status.last_error is 'What PostgreSQL said at failed_at.';

create function ops.note_failed_refresh(p_view text, p_error text) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    insert into ops.mv_refresh_status (view_name, failed_at, last_error)
    values (p_view, clock_timestamp(), p_error)
    on conflict (view_name) do update
        set
            failed_at = excluded.failed_at,
            last_error = excluded.last_error;
end;
comment on function ops.note_failed_refresh(text, text) is
'Notes in ops.mv_refresh_status that a view could not be refreshed, and why; what its last refresh did stays.';

-- no fixed search path, which would forbid the commits: every name is written with its schema
create procedure ops.refresh_views(p_views text[])
language plpgsql
as $$
declare
    asked text;
    failures text[] := '{}';
begin
    foreach asked in array p_views loop
        begin
            perform ops.refresh_materialized_view(asked::regclass);
        exception when others then
            failures := failures || format('%s: %s', asked, sqlerrm);
            perform ops.note_failed_refresh(asked, sqlerrm);
        end;
        -- one transaction a view: a failing one takes no other with it, and no lock is held to the end
        commit;
    end loop;
    if cardinality(failures) > 0 then
        raise exception '% of % materialized views could not be refreshed', cardinality(failures), cardinality(p_views)
            using
                errcode = 'object_not_in_prerequisite_state',
                detail = array_to_string(failures, e'\n'),
                hint = 'The others are refreshed. Mend these and call again; ops.mv_refresh_status has their errors.';
    end if;
end
$$;
comment on procedure ops.refresh_views (text []) is
'Refreshes the views whose input changed, each in its own transaction; notes what failed, goes on, and raises at the '
'end an error that names all that failed.';

create or replace procedure scout.refresh_materialized_views()
language plpgsql
as $$
declare
    all_views text[] := array(select distinct input.view_name from ops.mv_inputs as input order by 1);
begin
    call ops.refresh_views(all_views);
end
$$;

create or replace procedure scout.refresh_dashboard_views()
language plpgsql
as $$
begin
    call ops.refresh_views(
        array['scout.mv_dashboard_kpis', 'scout.mv_brand_performance', 'scout.mv_customer_segments']
    );
end
$$;

create function scout.checked_range(p_from date, p_to date) returns boolean
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_from is null or p_to is null then
        raise exception '% is null; a range of days needs both ends',
            case when p_from is null then 'p_from' else 'p_to' end
            using errcode = 'invalid_parameter_value', hint = 'Give the first day, and the day after the last one.';
    end if;
    if p_to <= p_from then
        raise exception 'the range from % to % holds no day', p_from, p_to
            using errcode = 'invalid_parameter_value', hint = case
                when p_to = p_from then format('p_to is not counted; for that day alone ask up to %s.', p_from + 1)
                else 'p_from is the first day and p_to the day after the last one; are they swapped?'
            end;
    end if;
    return true;
end
$$;
comment on function scout.checked_range(date, date) is
'True for a half-open range that holds a day, else an error that says what to do: a swapped range or a missing end '
'must not return zeros.';

create or replace function scout.known_value(p_name text, p_value text) returns text
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
        hint = case
            when meant is null then 'Look for it among those that are known.'
            else format('Did you mean %s?', quote_literal(meant))
        end;
end
$$;

create or replace function scout.get_dashboard_metrics(p_from date, p_to date, p_filters jsonb default '{}')
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
        -- distinct in a query of its own is hashed, count(distinct) would be sorted
        select distinct sale.customer_id
        from scout.silver_transactions_cleaned as sale
        where
            sale.store_id = any((select chosen.store_ids from chosen)::integer[])
            and sale.date_key >= p_from
            and sale.date_key < p_to
            and sale.deleted_at is null
            and sale.customer_id is not null
    )

    select
        days.net_revenue,
        days.transaction_count,
        round(days.net_revenue / nullif(days.transaction_count, 0), 4),
        days.units,
        (select count(*) from customers),
        days.active_stores
    from days
    where (select scout.checked_range(p_from, p_to));
end;

create or replace function scout.get_sales_timeline(
    p_from date, p_to date, p_period text default 'day', p_filters jsonb default '{}'
)
returns table (
    period_start timestamp, transaction_count bigint, units numeric, net_revenue numeric, avg_transaction_value numeric
)
language sql stable parallel safe
begin atomic
    with chosen as (
        select
            scout.filtered_stores(p_filters - '{brand,category}'::text[]) as store_ids,
            case when p_filters = '{}' then 'everywhere' else scout.timeline_subject(p_filters) end as subject,
            scout.checked_choice('p_period', p_period, array['hour', 'day', 'week', 'month']) as period
        where scout.checked_range(p_from, p_to)
    ),

    hours as (
        select
            store_hour.date_key,
            store_hour.sold_hour,
            store_hour.transaction_count,
            store_hour.units,
            store_hour.net_revenue
        from scout.v_live_dashboard_kpis as store_hour
        where
            (select chosen.subject from chosen) = 'stores'
            and store_hour.store_id = any((select chosen.store_ids from chosen)::integer[])
            and store_hour.date_key >= p_from
            and store_hour.date_key < p_to
        union all
        select
            region_hour.date_key,
            region_hour.sold_hour,
            region_hour.transaction_count,
            region_hour.units,
            region_hour.net_revenue
        from scout.gold_region_hours as region_hour
        where
            (select chosen.subject from chosen) = 'everywhere'
            and region_hour.date_key >= p_from
            and region_hour.date_key < p_to
            and region_hour.date_key not in (
                select mark.date_key from ops.dirty_buckets as mark
                where mark.layer = 'gold/region_hours'
            )
        union all
        select
            tail.date_key,
            store_hour.sold_hour,
            store_hour.transaction_count,
            store_hour.units,
            store_hour.net_revenue
        from (
            select distinct mark.date_key
            from ops.dirty_buckets as mark
            where mark.layer = 'gold/region_hours' and mark.date_key >= p_from and mark.date_key < p_to
        ) as tail
        cross join
            lateral (
                select live.*
                from scout.v_live_dashboard_kpis as live
                where live.date_key = tail.date_key
                -- a fence: looked up day by day
                offset 0
            ) as store_hour
        where (select chosen.subject from chosen) = 'everywhere'
        union all
        select
            brand_hour.date_key,
            brand_hour.sold_hour,
            brand_hour.transaction_count,
            brand_hour.units,
            brand_hour.net_revenue
        from scout.gold_brand_hours as brand_hour
        where
            (select chosen.subject from chosen) = 'brand'
            and brand_hour.brand_name = p_filters ->> 'brand'
            and brand_hour.date_key >= p_from
            and brand_hour.date_key < p_to
        union all
        select
            category_hour.date_key,
            category_hour.sold_hour,
            category_hour.transaction_count,
            category_hour.units,
            category_hour.net_revenue
        from scout.gold_category_hours as category_hour
        where
            (select chosen.subject from chosen) = 'category'
            and category_hour.category = p_filters ->> 'category'
            and category_hour.date_key >= p_from
            and category_hour.date_key < p_to
    ),

    days as (
        select
            store_day.date_key,
            store_day.transaction_count,
            store_day.units,
            store_day.net_revenue
        from scout.v_live_store_day as store_day
        where
            (select chosen.subject from chosen) = 'stores'
            and store_day.store_id = any((select chosen.store_ids from chosen)::integer[])
            and store_day.date_key >= p_from
            and store_day.date_key < p_to
        union all
        select
            region_day.date_key,
            region_day.transaction_count,
            region_day.units,
            region_day.net_revenue
        from scout.gold_regional_performance as region_day
        where
            (select chosen.subject from chosen) = 'everywhere'
            and region_day.date_key >= p_from
            and region_day.date_key < p_to
            and region_day.date_key not in (
                select mark.date_key from ops.dirty_buckets as mark
                where mark.layer = 'gold/regional_performance'
            )
        union all
        select
            tail.date_key,
            store_day.transaction_count,
            store_day.units,
            store_day.net_revenue
        from (
            select distinct mark.date_key
            from ops.dirty_buckets as mark
            where mark.layer = 'gold/regional_performance' and mark.date_key >= p_from and mark.date_key < p_to
        ) as tail
        cross join
            lateral (
                select live.*
                from scout.v_live_store_day as live
                where live.date_key = tail.date_key
                offset 0
            ) as store_day
        where (select chosen.subject from chosen) = 'everywhere'
        union all
        select
            brand_day.date_key,
            brand_day.transaction_count,
            brand_day.units,
            brand_day.net_revenue
        from scout.v_live_brand_day as brand_day
        where
            (select chosen.subject from chosen) = 'brand'
            and brand_day.brand_name = p_filters ->> 'brand'
            and brand_day.date_key >= p_from
            and brand_day.date_key < p_to
        union all
        select
            category_day.date_key,
            category_day.transaction_count,
            category_day.units,
            category_day.net_revenue
        from scout.gold_category_summary as category_day
        where
            (select chosen.subject from chosen) = 'category'
            and category_day.category = p_filters ->> 'category'
            and category_day.date_key >= p_from
            and category_day.date_key < p_to
    ),

    moments as (
        select
            hours.date_key + make_interval(hours => hours.sold_hour) as period_start,
            hours.transaction_count,
            hours.units,
            hours.net_revenue
        from hours
        where (select chosen.period from chosen) = 'hour'
        union all
        select
            date_trunc(case when p_period = 'hour' then 'day' else p_period end, days.date_key::timestamp),
            days.transaction_count,
            days.units,
            days.net_revenue
        from days
        where (select chosen.period from chosen) <> 'hour'
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
    where
        store.store_code = (select scout.known_value('store_code', p_store_code))
        and store.is_current
        and (select scout.checked_range(p_from, p_to));
end;

create or replace function scout.get_substitution_flows(p_from date, p_to date, p_limit integer default 50)
returns table (from_sku text, to_sku text, reason text, substitution_count bigint)
language sql stable parallel safe
begin atomic
    with summed as (
        select
            flow.from_sku,
            flow.to_sku,
            flow.reason,
            sum(flow.substitution_count)::bigint as substitution_count
        from scout.gold_substitution_flows as flow
        where flow.date_key >= p_from and flow.date_key < p_to
        group by flow.from_sku, flow.to_sku, flow.reason
    )

    select
        summed.from_sku,
        summed.to_sku,
        summed.reason,
        summed.substitution_count
    from summed
    where (select scout.checked_range(p_from, p_to))
    order by summed.substitution_count desc, summed.from_sku asc, summed.to_sku asc, summed.reason asc
    limit p_limit;
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
        where scout.checked_range(p_from, p_to)
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
