-- scout.quarantine: the last lines of a file that this step claimed are given back: they are the beginning of a record
-- that goes on in lines which the step has not claimed.
-- reads:  bronze/quarantine
-- params: batch_id, first_line, last_line
-- rerun:  safe, in the transaction of the step
with given_back as (
    delete from replayed_entries as claimed
    using scout.quarantine as entry
    where
        claimed.store_id = entry.store_id
        and claimed.quarantine_id = entry.quarantine_id
        and entry.batch_id = :batch_id
        and entry.line_number between :first_line and :last_line
        and exists (
            select 1
            from scout.quarantine as next_line
            where
                next_line.batch_id = entry.batch_id
                and next_line.layer = 'bronze'
                and next_line.status = 'open'
                and next_line.line_number = cast(:last_line as bigint) + 1
        )
    returning claimed.store_id, claimed.quarantine_id
)

update scout.quarantine as entry
set
    status = 'open',
    attempts = entry.attempts - 1,
    resolved_at = null,
    resolved_by = null,
    resolution = null,
    history = entry.history - (-1)
from given_back
where entry.store_id = given_back.store_id and entry.quarantine_id = given_back.quarantine_id
returning entry.quarantine_id;
