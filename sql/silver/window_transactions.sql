-- window_transactions: the latest version of each transaction in the window, and what it says about the whole sale.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_transactions on commit drop as
with latest as (
    select distinct on (window_versions.transaction_id) window_versions.*
    from window_versions
    order by window_versions.transaction_id asc, window_versions.version_xid desc, window_versions.version_id desc
)

select
    latest.*,
    attribute.deleted_at,
    attribute.device_id,
    attribute.device_sequence,
    attribute.campaign_id,
    attribute.is_campaign_influenced,
    attribute.payment_method,
    attribute.customer_type,
    attribute.gender,
    attribute.age_bracket,
    attribute.economic_class,
    attribute.stated_value,
    attribute.stated_basket_size,
    attribute.store_type,
    attribute.stated_region,
    attribute.stated_units,
    attribute.unmapped
from latest
left join window_attributes as attribute
    on
        latest.store_id = attribute.store_id
        and latest.version_xid = attribute.ingest_xid
        and latest.version_id = attribute.ingest_id;
