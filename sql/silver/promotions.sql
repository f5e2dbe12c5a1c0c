-- scout.silver_promotions: the touched promotions, as they stand today; store 0 is every store.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
insert into scout.silver_promotions (
    promotion_id, promotion_name, status, store_id, brand_name, promotion_value, created_at, approved_at, closed_at
)
select
    record.code,
    record.attributes ->> 'promotion_name',
    record.attributes ->> 'status',
    coalesce(registry.store_id, 0),
    record.attributes ->> 'brand_name',
    scout.parse_decimal(record.attributes ->> 'promotion_value'),
    scout.parse_timestamp(record.attributes ->> 'created_at', 'UTC'),
    scout.parse_timestamp(record.attributes ->> 'approved_at', 'UTC'),
    scout.parse_timestamp(record.attributes ->> 'closed_at', 'UTC')
from records_in_force as record
left join scout.store_registry as registry on upper(btrim(record.attributes ->> 'store_id')) = registry.store_code
where record.kind = 'promotion'
order by record.code;
