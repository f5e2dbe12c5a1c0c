-- scout.silver_transactions_cleaned: one row per transaction; the latest version wins.
-- reads:  bronze/transactions_raw, silver/dim_store
-- params: -
-- rerun:  safe, older versions were removed in the same transaction
insert into scout.silver_transactions_cleaned (
    store_id, date_key, source_id, transaction_id, transaction_type, sold_at, customer_id, region,
    line_count, units, gross_sales, returns_value, adjustments_value, peso_value, content_hash, batch_id, deleted_at,
    sold_hour, device_id, device_sequence, campaign_id, is_campaign_influenced, payment_method, customer_type, gender,
    age_bracket, economic_class, stated_value, stated_basket_size, store_type, stated_region, stated_units,
    unmapped
)
select
    latest.store_id,
    latest.date_key,
    latest.source_id,
    latest.transaction_id,
    latest.transaction_type,
    latest.sold_at,
    latest.customer_id,
    latest.region,
    latest.line_count,
    latest.units,
    latest.gross_sales,
    latest.returns_value,
    latest.adjustments_value,
    latest.peso_value,
    latest.content_hash,
    latest.batch_id,
    latest.deleted_at,
    extract(hour from latest.sold_at at time zone store.time_zone),
    latest.device_id,
    latest.device_sequence,
    latest.campaign_id,
    latest.is_campaign_influenced,
    latest.payment_method,
    latest.customer_type,
    latest.gender,
    latest.age_bracket,
    latest.economic_class,
    latest.stated_value,
    latest.stated_basket_size,
    latest.store_type,
    latest.stated_region,
    latest.stated_units,
    -- nothing beside something is null
    coalesce(latest.unmapped || unread.unmapped, latest.unmapped, unread.unmapped)
from window_transactions as latest
inner join scout.dim_store as store
    on
        latest.store_id = store.store_id
        and latest.sold_at >= store.valid_from_at
        and latest.sold_at < store.valid_to_at
left join window_unread as unread on latest.transaction_id = unread.transaction_id
order by latest.store_id, latest.date_key, latest.source_id, latest.transaction_id;
