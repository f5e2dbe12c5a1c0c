-- monitoring: how many snapshots and resolved alerts are past their days; null when none is.
-- reads:  -
-- params: days
-- rerun:  safe, read only
select
    nullif(
        (
            select count(*)
            from ops.performance_snapshots as snapshot
            where snapshot.captured_at < now() - make_interval(days => :days)
        )
        + (
            select count(*)
            from ops.performance_alerts as alert
            where alert.resolved_at < now() - make_interval(days => :days)
        ), 0
    )::text as due_state;
