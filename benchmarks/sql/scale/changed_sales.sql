-- One sale of each of %(count)s store-days as it was received, with another quantity; which days is %(days)s.
-- Customers are pseudonyms by now and would be taken for others: only sales without one are sent again.
with latest as (
    select max(date_key) as date_key
    from scout.gold_daily_aggregates
),

store_days as (
    select
        figure.store_id,
        figure.date_key
    from scout.gold_daily_aggregates as figure
    cross join latest
    where %(days)s::integer is null or figure.date_key > latest.date_key - %(days)s::integer
    order by md5(concat_ws('|', figure.store_id, figure.date_key, %(seed)s::text))
    -- more than are needed: on a few days every customer is known
    limit 2 * %(count)s
)

select jsonb_set(
    record.payload, '{items,0,quantity}',
    to_jsonb(1 + mod((record.payload #>> '{items,0,quantity}')::numeric, 50))
)::text as document
from store_days
cross join
    lateral (
        select
            sale.source_id,
            sale.transaction_id
        from scout.silver_transactions_cleaned as sale
        where
            sale.store_id = store_days.store_id
            and sale.date_key = store_days.date_key
            and sale.deleted_at is null
            and sale.customer_id is null
        order by sale.transaction_id
        limit 1
    ) as sale
inner join scout.silver_transaction_keys as known
    on sale.source_id = known.source_id and sale.transaction_id = known.transaction_id
inner join scout.bronze_transactions_raw as record
    on
        known.store_id = record.store_id
        and known.version_xid = record.ingest_xid
        and known.version_id = record.ingest_id
limit %(count)s;
