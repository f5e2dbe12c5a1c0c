-- reference_touched: the members of which a record was announced for a day that has come. Stores and products turn by
-- their versions.
-- reads:  silver/dimension_records
-- params: time_zone
-- rerun:  safe, the table is dropped with the transaction
create temporary table reference_touched on commit drop as
select
    kind,
    code,
    min(valid_from) as valid_from
from scout.dimension_records
where
    is_announced
    and valid_from <= (now() at time zone cast(:time_zone as text))::date
    and kind not in ('store', 'product')
group by kind, code;
