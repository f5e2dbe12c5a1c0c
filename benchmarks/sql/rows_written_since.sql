-- Gold rows written by a transaction after the marker, by the system column xmin, so that no write goes unseen.
with written as (
    select 'gold_daily_aggregates' as table_name, date_key::text as bucket, refreshed_at
    from scout.gold_daily_aggregates
    where xmin::text::bigint > %(xid)s
    union all
    select 'gold_regional_performance', date_key::text, refreshed_at
    from scout.gold_regional_performance
    where xmin::text::bigint > %(xid)s
    union all
    select 'gold_store_performance', to_char(month, 'YYYY-MM'), refreshed_at
    from scout.gold_store_performance
    where xmin::text::bigint > %(xid)s
    union all
    select 'gold_product_performance', to_char(month, 'YYYY-MM'), refreshed_at
    from scout.gold_product_performance
    where xmin::text::bigint > %(xid)s
    union all
    select
        'gold_customer_insights',
        case
            when exists (
                select from scout.silver_transactions_cleaned as sale
                where sale.customer_id = insight.customer_id and sale.date_key = %(day)s::date
            ) then 'customers of ' || %(day)s else 'other customers'
        end,
        refreshed_at
    from scout.gold_customer_insights as insight
    where xmin::text::bigint > %(xid)s
)

select
    table_name,
    bucket,
    count(*) as row_count,
    count(*) filter (where refreshed_at >= %(started_at)s) as refreshed_count
from written
group by table_name, bucket
order by table_name, bucket;
