-- ops.store_days: days that are held back by a finding which nobody accepted, the latest first, with all findings.
-- reads:  -
-- params: -
-- rerun:  reads only
select
    registry.store_code,
    store_day.date_key,
    store_day.state,
    store_day.error_count,
    (
        select array_agg(finding.finding order by finding.finding)
        from ops.store_day_findings as finding
        where finding.store_id = store_day.store_id and finding.date_key = store_day.date_key
    ) as findings
from ops.store_days as store_day
inner join scout.store_registry as registry on store_day.store_id = registry.store_id
where store_day.error_count > 0
order by store_day.date_key desc, registry.store_code asc;
