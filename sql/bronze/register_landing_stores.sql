-- scout.dim_store: stores that occur in landing records and are not known yet, by code alone.
-- reads:  -
-- params: time_zone, currency_code
-- rerun:  safe, known codes are left as they are
insert into scout.dim_store (store_code, time_zone, currency_code)
select distinct
    landing_lines.store_code,
    :time_zone,
    :currency_code
from landing_lines
where landing_lines.store_code is not null
order by landing_lines.store_code
on conflict (store_code) do nothing;
