-- calendar_days: the whole calendar as computed, to compare with what stands.
-- reads:  silver/dim_date
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table calendar_days on commit drop as
select
    date_key,
    iso_year,
    iso_week,
    weekday,
    weekday_name,
    is_weekend,
    day,
    month,
    quarter,
    year,
    holiday_name,
    is_holiday,
    is_holiday_estimated,
    is_payday,
    retail_year,
    retail_month,
    retail_week,
    is_53_week_year,
    restated_retail_week
from scout.dim_date
with no data;
