-- scout.quarantine: the claimed file is refused again and open again, with the reason of today.
-- reads:  -
-- params: reason_code, detail, rule_id, rule_version
-- rerun:  safe, in the transaction of the step
update scout.quarantine as entry
set
    status = 'open',
    reason_code = :reason_code,
    detail = :detail,
    rule_id = :rule_id,
    rule_version = :rule_version,
    resolved_at = null,
    resolved_by = null,
    resolution = null,
    history = entry.history
    || jsonb_build_object('at', clock_timestamp(), 'what', 'refused', 'why', cast(:reason_code as text))
from replayed_entries as claimed
where entry.store_id = claimed.store_id and entry.quarantine_id = claimed.quarantine_id;
