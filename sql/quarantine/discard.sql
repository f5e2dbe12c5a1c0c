-- scout.quarantine: open entries of a selection are discarded: they stay counted, and out.
-- reads:  bronze/quarantine
-- params: selection, by, why, row_limit
-- rerun:  safe, what is not open is left alone
with chosen as (
    select
        entry.store_id,
        entry.quarantine_id
    from scout.quarantine as entry
    where entry.status = 'open' and scout.quarantine_matches(entry, cast(:selection as jsonb))
    order by entry.quarantine_id
    limit :row_limit
    for update
)

update scout.quarantine as entry
set
    status = 'discarded',
    resolved_at = clock_timestamp(),
    resolved_by = :by,
    resolution = :why,
    history = entry.history
    || jsonb_build_object(
        'at', clock_timestamp(), 'what', 'discarded', 'by', cast(:by as text), 'why', cast(:why as text)
    )
from chosen
where entry.store_id = chosen.store_id and entry.quarantine_id = chosen.quarantine_id;
