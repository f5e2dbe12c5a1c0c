-- scout.silver_promotion_items: the touched products of promotions, as described last.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
with latest as (
    select distinct on (record.code)
        record.code,
        record.attributes
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'promotion_item'
    order by record.code asc, record.valid_from desc
)

insert into scout.silver_promotion_items (
    item_id, promotion_id, sku, quantity
)
select
    latest.code,
    latest.attributes ->> 'promotion',
    upper(btrim(latest.attributes ->> 'sku')),
    (latest.attributes ->> 'quantity')::integer
from latest
order by latest.code;
