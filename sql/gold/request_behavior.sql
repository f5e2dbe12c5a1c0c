-- scout.gold_request_behavior: requests of each region, business day of the buckets, mode and type, over all stores.
-- reads:  silver/transactions_cleaned, silver/request_behaviors
-- params: -
-- rerun:  safe, the days' rows were removed in the same transaction
with touched_days as (
    select distinct date_key
    from buckets
),

touched_months as (
    select distinct
        date_trunc('month', date_key)::date as month,
        (date_trunc('month', date_key) + interval '1 month')::date as next_month
    from touched_days
),

observed as (
    select requested.*
    from touched_months
    cross join lateral (
        select
            coalesce(sale.region, 'Unspecified') as region,
            request.date_key,
            coalesce(request.request_mode, 'unknown') as request_mode,
            coalesce(request.request_type, 'unknown') as request_type,
            request.suggestion_offered,
            request.suggestion_accepted,
            request.duration_seconds
        from scout.silver_request_behaviors as request
        inner join scout.silver_transactions_cleaned as sale
            on
                request.store_id = sale.store_id
                and request.date_key = sale.date_key
                and request.source_id = sale.source_id
                and request.transaction_id = sale.transaction_id
        where
            sale.deleted_at is null
            and sale.date_key >= touched_months.month
            and sale.date_key < touched_months.next_month
            and request.date_key >= touched_months.month
            and request.date_key < touched_months.next_month
            and request.date_key in (select touched_days.date_key from touched_days)
        -- a fence: month by month, so that only the partitions of touched months are opened
        offset 0
    ) as requested
),

written as (
    insert into scout.gold_request_behavior (
        region, date_key, request_mode, request_type,
        transaction_count, suggestions_offered, suggestions_accepted,
        duration_seconds_total, duration_count, avg_duration_seconds
    )
    select
        region,
        date_key,
        request_mode,
        request_type,
        count(*) as transaction_count,
        count(*) filter (where suggestion_offered) as suggestions_offered,
        count(*) filter (where suggestion_offered and suggestion_accepted) as suggestions_accepted,
        coalesce(sum(duration_seconds), 0) as duration_seconds_total,
        count(duration_seconds) as duration_count,
        round(avg(duration_seconds), 4) as avg_duration_seconds
    from observed
    group by region, date_key, request_mode, request_type
    returning transaction_count
)

select
    coalesce(sum(transaction_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
