-- touched_days: every business day of the touched periods, by store: what their figures are computed from.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table touched_days on commit drop as
select distinct
    touched.store_id,
    touched.period_start + days.day_number as date_key
from touched_periods as touched
cross join lateral generate_series(0, touched.period_end - touched.period_start - 1) as days (day_number);
