-- scout.quarantine: discarded entries of a selection are open again.
-- reads:  bronze/quarantine
-- params: selection, by, why, row_limit
-- rerun:  safe, what is not discarded is left alone
with chosen as (
    select
        entry.store_id,
        entry.quarantine_id
    from scout.quarantine as entry
    where entry.status = 'discarded' and scout.quarantine_matches(entry, cast(:selection as jsonb))
    order by entry.quarantine_id
    limit :row_limit
    for update
)

update scout.quarantine as entry
set
    status = 'open',
    resolved_at = null,
    resolved_by = null,
    resolution = null,
    history = entry.history
    || jsonb_build_object(
        'at', clock_timestamp(), 'what', 'reopened', 'by', cast(:by as text), 'why', cast(:why as text)
    )
from chosen
where entry.store_id = chosen.store_id and entry.quarantine_id = chosen.quarantine_id;
