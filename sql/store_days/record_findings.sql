-- ops.store_day_findings: what was found about the audited days.
-- reads:  -
-- params: -
-- rerun:  safe, upsert on (store_id, date_key, finding)
insert into ops.store_day_findings as known (
    store_id, date_key, finding, stage, severity, failing, observed, expected, details
)
select
    store_id,
    date_key,
    finding,
    stage,
    severity,
    failing,
    observed,
    expected,
    details
from found_findings
order by store_id, date_key, finding
on conflict (store_id, date_key, finding) do update
    set
        stage = excluded.stage,
        severity = excluded.severity,
        failing = excluded.failing,
        observed = excluded.observed,
        expected = excluded.expected,
        details = excluded.details,
        last_found_at = excluded.last_found_at;
