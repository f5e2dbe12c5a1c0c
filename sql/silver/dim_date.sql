-- scout.dim_date: one row per day of the calendar that was computed.
-- reads:  -
-- params: -
-- rerun:  safe, upsert on date_key that writes only what differs
insert into scout.dim_date as known (
    date_key, iso_year, iso_week, weekday, weekday_name, is_weekend, day, month, quarter, year, holiday_name,
    is_holiday, is_holiday_estimated, is_payday, retail_year, retail_month, retail_week, is_53_week_year,
    restated_retail_week
)
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
from calendar_days
order by date_key
on conflict (date_key) do update
    set
        iso_year = excluded.iso_year,
        iso_week = excluded.iso_week,
        weekday = excluded.weekday,
        weekday_name = excluded.weekday_name,
        is_weekend = excluded.is_weekend,
        day = excluded.day,
        month = excluded.month,
        quarter = excluded.quarter,
        year = excluded.year,
        holiday_name = excluded.holiday_name,
        is_holiday = excluded.is_holiday,
        is_holiday_estimated = excluded.is_holiday_estimated,
        is_payday = excluded.is_payday,
        retail_year = excluded.retail_year,
        retail_month = excluded.retail_month,
        retail_week = excluded.retail_week,
        is_53_week_year = excluded.is_53_week_year,
        restated_retail_week = excluded.restated_retail_week,
        updated_at = excluded.updated_at
    where (
        known.iso_year, known.iso_week, known.weekday, known.weekday_name, known.is_weekend, known.day, known.month,
        known.quarter, known.year, known.holiday_name, known.is_holiday, known.is_holiday_estimated,
        known.is_payday, known.retail_year, known.retail_month, known.retail_week, known.is_53_week_year,
        known.restated_retail_week
    ) is distinct from (
        excluded.iso_year, excluded.iso_week, excluded.weekday, excluded.weekday_name, excluded.is_weekend,
        excluded.day, excluded.month, excluded.quarter, excluded.year, excluded.holiday_name, excluded.is_holiday,
        excluded.is_holiday_estimated, excluded.is_payday, excluded.retail_year, excluded.retail_month,
        excluded.retail_week, excluded.is_53_week_year, excluded.restated_retail_week
    );
