-- promise: requests, suggestions and seconds of each business day are those of silver, by mode and type and by region.
-- reads:  silver/transactions_cleaned, silver/request_behaviors, gold/request_behavior
-- params: -
-- rerun:  safe, read only
with dirty_days as (
    select distinct date_key
    from ops.dirty_buckets
    where layer = 'gold/request_behavior'
),

by_kind as (
    select
        date_key,
        coalesce(request_mode, 'unknown') || ' / ' || coalesce(request_type, 'unknown') as part,
        count(*) as transaction_count,
        sum(suggestion_offered::integer) as suggestions_offered,
        sum((suggestion_offered and suggestion_accepted)::integer) as suggestions_accepted,
        sum(duration_seconds) as duration_seconds
    from scout.silver_request_behaviors
    group by date_key, coalesce(request_mode, 'unknown') || ' / ' || coalesce(request_type, 'unknown')
),

shown_by_kind as (
    select
        date_key,
        request_mode || ' / ' || request_type as part,
        sum(transaction_count) as transaction_count,
        sum(suggestions_offered) as suggestions_offered,
        sum(suggestions_accepted) as suggestions_accepted,
        sum(duration_seconds_total) as duration_seconds,
        sum(avg_duration_seconds * duration_count) as averaged_seconds,
        sum(duration_count) as duration_count
    from scout.gold_request_behavior
    group by date_key, request_mode || ' / ' || request_type
),

by_region as (
    select
        sale.date_key,
        coalesce(sale.region, 'Unspecified') as part,
        count(*) as transaction_count
    from scout.silver_transactions_cleaned as sale
    where
        sale.deleted_at is null
        and exists (
            select 1
            from scout.silver_request_behaviors as request
            where
                request.store_id = sale.store_id
                and request.date_key = sale.date_key
                and request.source_id = sale.source_id
                and request.transaction_id = sale.transaction_id
        )
    group by sale.date_key, coalesce(sale.region, 'Unspecified')
),

shown_by_region as (
    select
        date_key,
        region as part,
        sum(transaction_count) as transaction_count
    from scout.gold_request_behavior
    group by date_key, region
),

broken as (
    select
        coalesce(by_kind.date_key, shown.date_key) as date_key,
        coalesce(by_kind.part, shown.part) as part,
        by_kind.transaction_count as silver_value,
        shown.transaction_count as gold_value
    from by_kind
    full join shown_by_kind as shown on by_kind.date_key = shown.date_key and by_kind.part = shown.part
    where
        (
            by_kind.transaction_count,
            coalesce(by_kind.suggestions_offered, 0),
            coalesce(by_kind.suggestions_accepted, 0),
            coalesce(by_kind.duration_seconds, 0)
        )
        is distinct from (
            shown.transaction_count, shown.suggestions_offered, shown.suggestions_accepted, shown.duration_seconds
        )
        -- averages are rounded to four decimals
        or abs(coalesce(shown.averaged_seconds, 0) - shown.duration_seconds) > 0.0001 * shown.duration_count
    union all
    select
        coalesce(by_region.date_key, shown.date_key) as date_key,
        coalesce(by_region.part, shown.part) as part,
        by_region.transaction_count as silver_value,
        shown.transaction_count as gold_value
    from by_region
    full join shown_by_region as shown on by_region.date_key = shown.date_key and by_region.part = shown.part
    where by_region.transaction_count is distinct from shown.transaction_count
),

at_rest as (
    select * from broken
    where
        date_key not in (select dirty_days.date_key from dirty_days)
        -- what is archived is compared by archived_months_are_shown
        and date_key >= (select ops.silver_kept_from())
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from at_rest limit 5) as example), '[]') as sample
from at_rest;
