-- scout.quarantine: claimed lines that are refused again are open again, with the reason of today.
-- reads:  -
-- params: rule_id, rule_version
-- rerun:  safe, in the transaction of the step
update scout.quarantine as entry
set
    status = 'open',
    reason_code = line.reason_code,
    detail = case when line.detail = '' then entry.detail else line.detail end,
    rule_id = :rule_id,
    rule_version = :rule_version,
    resolved_at = null,
    resolved_by = null,
    resolution = null,
    history = entry.history
    || jsonb_build_object('at', clock_timestamp(), 'what', 'refused', 'why', line.reason_code)
from replay_parts as part
inner join replay_lines as line on part.batch_id = line.batch_id and part.line_number = line.line_number
where
    line.reason_code is not null
    and entry.store_id = part.store_id
    and entry.quarantine_id = part.quarantine_id;
