-- window_rejected: reference records of the window that describe nothing, each with the first reason found.
-- reads:  silver/dim_store
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_rejected on commit drop as
with zones as (
    select name from pg_timezone_names
),

described as (
    select
        record.*,
        case
            when record.kind = 'store'
                then
                    record.attributes ->> 'store_name' is not null
                    and scout.norm_region(record.attributes ->> 'region') is not null
                    and exists (
                        select 1 from zones
                        where zones.name = record.attributes ->> 'time_zone'
                    )
                    and coalesce(record.attributes ->> 'opens_at', '00:00') ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
                    and coalesce(record.attributes ->> 'closes_at', '00:00') ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
                    and coalesce(record.attributes ->> 'currency_code', 'PHP') ~ '^[A-Z]{3}$'
            when record.kind = 'product'
                then
                    record.attributes ->> 'product_name' is not null
                    and nullif(btrim(record.attributes ->> 'category'), '') is not null
                    and scout.parse_decimal(record.attributes ->> 'unit_price') >= 0
            when record.kind = 'brand'
                then
                    record.attributes ->> 'owner' is not null
                    and jsonb_typeof(record.attributes -> 'is_tbwa_client') = 'boolean'
            when record.kind = 'category'
                then
                    record.attributes ->> 'category_group' is not null
                    and record.attributes ->> 'display_name' is not null
                    and coalesce(record.attributes ->> 'sort_order', '0') ~ '^-?[0-9]{1,9}$'
            when record.kind = 'province'
                then
                    record.attributes ->> 'place_name' is not null
                    and scout.norm_region(record.attributes ->> 'region') is not null
            when record.kind = 'city'
                then
                    record.attributes ->> 'place_name' is not null and record.attributes ->> 'province' is not null
            when record.kind = 'barangay'
                then
                    record.attributes ->> 'place_name' is not null and record.attributes ->> 'city' is not null
            when record.kind = 'device' then record.store_code is not null
            when record.kind = 'campaign'
                then
                    record.attributes ->> 'campaign_name' is not null
                    and scout.parse_date(record.attributes ->> 'starts_on') is not null
                    and coalesce(scout.parse_decimal(record.attributes ->> 'budget'), 0) >= 0
            when record.kind = 'promotion'
                then
                    record.attributes ->> 'promotion_name' is not null
                    and record.attributes ->> 'status' in ('draft', 'open', 'approved', 'rejected', 'closed')
                    and scout.parse_timestamp(record.attributes ->> 'created_at', 'UTC') is not null
                    and coalesce(scout.parse_decimal(record.attributes ->> 'promotion_value'), 0) >= 0
            when record.kind = 'promotion_item'
                then
                    record.attributes ->> 'promotion' is not null
                    and record.attributes ->> 'sku' is not null
                    and record.attributes ->> 'quantity' ~ '^[1-9][0-9]{0,8}$'
            when record.kind = 'approval'
                then
                    record.attributes ->> 'promotion' is not null
                    and record.attributes ->> 'status' in ('pending', 'approved', 'rejected')
                    and scout.parse_timestamp(record.attributes ->> 'started_at', 'UTC') is not null
            when record.kind = 'experiment_event'
                then
                    record.attributes ->> 'experiment' is not null
                    and record.store_code is not null
                    and scout.parse_timestamp(record.attributes ->> 'occurred_at', 'UTC') is not null
                    and scout.parse_decimal(record.attributes ->> 'target_value') is not null
            when record.kind = 'store_metric' then
                record.attributes ->> 'metric_name' is not null
                and record.store_code is not null
                and record.attributes ->> 'metric_source' in ('pos', 'mobile', 'vision', 'manual')
                and scout.parse_timestamp(record.attributes ->> 'measured_at', 'UTC') is not null
                and scout.parse_decimal(record.attributes ->> 'metric_value') is not null
        end as is_described,
        scout.parse_timestamp(
            record.attributes ->> case record.kind
                when 'promotion' then 'created_at'
                when 'approval' then 'started_at'
                when 'experiment_event' then 'occurred_at'
                when 'store_metric' then 'measured_at'
            end,
            'UTC'
        ) as happened_at,
        exists(
            select 1
            from jsonb_each_text(record.attributes) as attribute (attribute_name, attribute_text)
            where
                jsonb_typeof(record.attributes -> attribute.attribute_name) <> 'array'
                and length(attribute.attribute_text) > 500
        ) as is_too_long
    from reference_window as record
),

known_stores as (
    select store_code
    from scout.dim_store
    union
    select code
    from described
    where kind = 'store' and is_described and code is not null and valid_from is not null
),

judged as (
    select
        described.*,
        case
            when described.code is null then 'missing_code'
            when length(described.code) > 100 then 'text_too_long'
            when described.is_too_long then 'text_too_long'
            when described.valid_from is null then 'invalid_date'
            when
                described.kind not in (
                    'store', 'product', 'brand', 'category', 'province', 'city', 'barangay', 'device', 'campaign',
                    'promotion', 'promotion_item', 'approval', 'experiment_event', 'store_metric'
                )
                or described.kind is null
                then 'unknown_kind'
            when described.record_id <> described.expected_id then 'inconsistent_id'
            when described.is_described is not true then 'invalid_attribute'
            -- the bound of sales: one wrong clock would be the latest for ever
            when described.happened_at > described.received_at + interval '1 day' then 'timestamp_out_of_range'
            when
                described.store_code is not null
                and not exists (
                    select 1 from known_stores
                    where known_stores.store_code = described.store_code
                )
                then 'unknown_store'
        end as reason_code
    from described
)

select
    store_id,
    ingest_xid,
    ingest_id,
    reason_code,
    case when reason_code = 'unknown_store' then 'store/' || store_code end as waits_for
from judged
where reason_code is not null;
