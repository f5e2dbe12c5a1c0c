-- ops.v_data_freshness: tables that are late now, how late, and for which file.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select
    late.dataset,
    late.tier,
    late.status,
    late.lag_seconds,
    late.fail_seconds,
    look.waiting_for
from ops.v_data_freshness as late
left join ops.heartbeats as look on late.dataset = look.process
where late.status in ('WARNING', 'CRITICAL')
order by late.dataset;
