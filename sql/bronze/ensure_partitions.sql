-- scout.bronze_transactions_raw: this month's partition and the next three, so that no receipt waits for one.
-- reads:  -
-- params: -
-- rerun:  safe, existing partitions are left as they are
select ops.ensure_month_partition('scout.bronze_transactions_raw', (now() + make_interval(months => ahead))::date)
from generate_series(0, 3) as month_ahead (ahead);
