-- product_versions: which version of each product is that of today; of one that begins in the future, its first.
-- reads:  silver/dim_product
-- params: time_zone
-- rerun:  safe, the table is dropped with the transaction
create temporary table product_versions on commit drop as
with today as (
    select (now() at time zone cast(:time_zone as text))::date as date_key
)

select distinct on (version.sku)
    version.sku,
    version.valid_from
from scout.dim_product as version
cross join today
order by
    version.sku asc,
    version.valid_from <= today.date_key desc,
    case when version.valid_from <= today.date_key then version.valid_from end desc,
    version.valid_from asc;
