-- scout.dim_date: is it missing, or does it end within a year? And which day is it now?
-- reads:  silver/dim_date
-- params: -
-- rerun:  safe, read only
select
    (now() at time zone 'UTC')::date as today,
    coalesce(max(date_key) < (now() at time zone 'UTC')::date + 366, true) as is_due
from scout.dim_date;
