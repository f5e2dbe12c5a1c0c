-- ops.changed_days: the business days of the touched measurements, whose quality must be looked at again; run before
-- they are described and after it. A day on which no shop sold anything is none.
-- reads:  silver/store_metrics
-- params: -
-- rerun:  safe, what changed is noted once more
update ops.changed_days as changed
set changed_xid = pg_current_xact_id(), changed_at = clock_timestamp()
where
    changed.date_key in (
        select measured.date_key
        from scout.silver_store_metrics as measured
        inner join reference_touched as touched
            on touched.kind = 'store_metric' and measured.measurement_id = touched.code
    );
