-- touched_periods: the days, weeks and months of the buckets, by store.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table touched_periods on commit drop as
select distinct
    buckets.store_id,
    touched.period,
    touched.period_start,
    touched.period_end
from buckets
cross join lateral scout.periods_of(buckets.date_key) as touched;
