-- window_transactions: the latest version of each transaction in the window, and what it says about the whole sale.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_transactions on commit drop as
with latest as (
    select distinct on (window_versions.transaction_id) window_versions.*
    from window_versions
    order by window_versions.transaction_id asc, window_versions.version_xid desc, window_versions.version_id desc
),

-- once a spelling, not once a sale
regions as (
    select
        spelling.stated_region as spelled,
        scout.norm_region(spelling.stated_region) as region
    from (select distinct attribute.stated_region from window_attributes as attribute) as spelling
    where spelling.stated_region is not null
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
    regions.region as stated_region,
    attribute.stated_units,
    case
        when regions.spelled is not null and regions.region is null
            then coalesce(attribute.unmapped, '{}') || jsonb_build_object('stated_region', regions.spelled)
        else attribute.unmapped
    end as unmapped
from latest
left join window_attributes as attribute
    on
        latest.store_id = attribute.store_id
        and latest.version_xid = attribute.ingest_xid
        and latest.version_id = attribute.ingest_id
left join regions on attribute.stated_region = regions.spelled;
