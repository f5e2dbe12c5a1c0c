-- scout.dim_product: each product without a current version has that of today, or its first one.
-- reads:  -
-- params: time_zone
-- rerun:  safe, writes only what differs; after the others are current no more
with today as (
    select (now() at time zone cast(:time_zone as text))::date as date_key
),

chosen as (
    select distinct on (version.sku)
        version.sku,
        version.valid_from
    from scout.dim_product as version
    cross join today
    order by
        version.sku asc,
        version.valid_from <= today.date_key desc,
        case when version.valid_from <= today.date_key then version.valid_from end desc,
        version.valid_from asc
)

update scout.dim_product as version
set is_current = true
from chosen
where version.sku = chosen.sku and version.valid_from = chosen.valid_from and not version.is_current;
