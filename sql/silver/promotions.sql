-- scout.silver_promotions: the touched promotions, as described last; store 0 is every store.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
with latest as (
    select distinct on (record.code)
        record.code,
        record.attributes
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'promotion'
    order by record.code asc, record.valid_from desc
)

insert into scout.silver_promotions (
    promotion_id, promotion_name, status, store_id, brand_name, promotion_value, created_at, approved_at, closed_at
)
select
    latest.code,
    latest.attributes ->> 'promotion_name',
    latest.attributes ->> 'status',
    coalesce(registry.store_id, 0),
    latest.attributes ->> 'brand_name',
    scout.parse_decimal(latest.attributes ->> 'promotion_value'),
    scout.parse_timestamp(latest.attributes ->> 'created_at', 'UTC'),
    scout.parse_timestamp(latest.attributes ->> 'approved_at', 'UTC'),
    scout.parse_timestamp(latest.attributes ->> 'closed_at', 'UTC')
from latest
left join scout.store_registry as registry on upper(btrim(latest.attributes ->> 'store_id')) = registry.store_code
order by latest.code;
