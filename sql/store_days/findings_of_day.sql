-- ops.store_day_findings: what the audit found about a store-day, the gravest first, and whether it was overridden.
-- reads:  -
-- params: store_code, day
-- rerun:  reads only
select
    finding.finding,
    finding.stage,
    finding.severity,
    finding.failing,
    finding.observed,
    finding.expected,
    finding.details,
    finding.first_found_at,
    finding.last_found_at,
    standing.is_overridden
from ops.store_day_findings as finding
inner join scout.store_registry as registry on finding.store_id = registry.store_id
inner join ops.v_store_day_standing as standing
    on
        finding.store_id = standing.store_id
        and finding.date_key = standing.date_key
        and finding.finding = standing.finding
where registry.store_code = upper(btrim(cast(:store_code as text))) and finding.date_key = cast(:day as date)
order by array_position(array['error', 'warning', 'info'], finding.severity), finding.finding;
