-- promise: the calendar has every day once, in the weeks of ISO 8601, and every retail year has 52 or 53 whole weeks.
-- reads:  silver/dim_date
-- params: -
-- rerun:  safe, read only
with bounds as (
    select
        min(date_key) as first_day,
        max(date_key) as last_day
    from scout.dim_date
),

expected as (
    select day.instant::date as date_key
    from bounds
    cross join generate_series(bounds.first_day, bounds.last_day, interval '1 day') as day (instant)
),

misdated as (
    select
        expected.date_key,
        'day' as problem
    from expected
    left join scout.dim_date as known on expected.date_key = known.date_key
    where
        (known.iso_year, known.iso_week, known.weekday, known.day, known.month, known.quarter, known.year)
        is distinct from (
            extract(isoyear from expected.date_key), extract(week from expected.date_key),
            extract(isodow from expected.date_key), extract(day from expected.date_key),
            extract(month from expected.date_key), extract(quarter from expected.date_key),
            extract(year from expected.date_key)
        )
),

retail_years as (
    select
        retail_year,
        min(date_key) as date_key,
        count(*)::integer as day_count,
        count(distinct retail_week) as week_count,
        max(retail_week) as last_week,
        bool_or(is_53_week_year) as is_53_week_year
    from scout.dim_date
    group by retail_year
),

uneven as (
    select
        retail.date_key,
        'retail year' as problem
    from retail_years as retail
    cross join bounds
    where
        -- the first and the last year are cut off by the calendar's own bounds
        retail.date_key > bounds.first_day
        and retail.date_key + retail.day_count <= bounds.last_day
        and (
            extract(isodow from retail.date_key) <> 7
            or retail.week_count <> case when retail.is_53_week_year then 53 else 52 end
            or retail.last_week <> retail.week_count
            or retail.day_count <> retail.week_count * 7
        )
),

broken as (
    select * from misdated
    union all
    select * from uneven
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
