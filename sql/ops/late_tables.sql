-- ops.v_data_freshness: tables that are late now, and how late.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select
    dataset,
    tier,
    status,
    lag_seconds,
    fail_seconds
from ops.v_data_freshness
where status in ('WARNING', 'CRITICAL')
order by dataset;
