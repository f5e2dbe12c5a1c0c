-- scout.quarantine: how many closed entries are past their retention, by what becomes of them.
-- reads:  bronze/quarantine
-- params: days
-- rerun:  safe, read only
select
    count(*) filter (where not entry.is_held) as removed,
    count(*) filter (where entry.is_held) as emptied
from scout.quarantine as entry
where
    entry.status <> 'open'
    and entry.resolved_at < now() - make_interval(days => cast(:days as integer))
    and (not entry.is_held or entry.payload <> '{}')
    -- what a person counted against a rule in force: the entry keeps the sale in
    and not coalesce(
        entry.status = 'replayed'
        and entry.reason_code = 'broken_rule'
        and entry.rule_version = scout.rule_version_in_force(entry.rule_id),
        false
    );
