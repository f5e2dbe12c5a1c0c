-- scout.silver_promotion_items: the touched products of promotions, as they stand today.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
insert into scout.silver_promotion_items (
    item_id, promotion_id, sku, quantity
)
select
    record.code,
    record.attributes ->> 'promotion',
    upper(btrim(record.attributes ->> 'sku')),
    (record.attributes ->> 'quantity')::integer
from records_in_force as record
where record.kind = 'promotion_item'
order by record.code;
