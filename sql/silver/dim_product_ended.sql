-- scout.dim_product: versions that are current and are not those of today; of a product that begins in the future, its
-- first.
-- reads:  -
-- params: time_zone
-- rerun:  safe, writes only what differs; in the transaction that makes the others current
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
set is_current = false
from chosen
where version.sku = chosen.sku and version.is_current and version.valid_from <> chosen.valid_from;
