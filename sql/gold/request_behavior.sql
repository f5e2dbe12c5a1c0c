-- scout.gold_request_behavior: requests of each region, business day of the buckets, mode and type, over all stores.
-- reads:  silver/transactions_cleaned, silver/request_behaviors
-- params: first_day, last_day
-- rerun:  safe, the days' rows were removed in the same transaction
with written as (
    insert into scout.gold_request_behavior (
        region, date_key, request_mode, request_type,
        transaction_count, suggestions_offered, suggestions_accepted,
        duration_seconds_total, duration_count, avg_duration_seconds
    )
    select
        coalesce(sale.region, 'Unspecified') as region,
        request.date_key,
        coalesce(request.request_mode, 'unknown') as request_mode,
        coalesce(request.request_type, 'unknown') as request_type,
        count(*) as transaction_count,
        count(*) filter (where request.suggestion_offered) as suggestions_offered,
        count(*) filter (where request.suggestion_offered and request.suggestion_accepted) as suggestions_accepted,
        coalesce(sum(request.duration_seconds), 0) as duration_seconds_total,
        count(request.duration_seconds) as duration_count,
        round(avg(request.duration_seconds), 4) as avg_duration_seconds
    from scout.silver_request_behaviors as request
    inner join scout.silver_transactions_cleaned as sale
        on
            request.store_id = sale.store_id
            and request.date_key = sale.date_key
            and request.source_id = sale.source_id
            and request.transaction_id = sale.transaction_id
    where
        sale.deleted_at is null
        and sale.date_key >= cast(:first_day as date)
        and sale.date_key <= cast(:last_day as date)
        and request.date_key >= cast(:first_day as date)
        and request.date_key <= cast(:last_day as date)
        and request.date_key in (select buckets.date_key from buckets)
    group by
        coalesce(sale.region, 'Unspecified'),
        request.date_key,
        coalesce(request.request_mode, 'unknown'),
        coalesce(request.request_type, 'unknown')
    returning transaction_count
)

select
    coalesce(sum(transaction_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
