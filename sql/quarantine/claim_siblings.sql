-- scout.quarantine: the other records of the claimed sales that a rule set aside: a sale comes back whole.
-- reads:  bronze/quarantine
-- params: by
-- rerun:  safe, in the transaction of the step
with claimed as (
    update scout.quarantine as entry
    set
        status = 'replayed',
        attempts = entry.attempts + 1,
        last_attempt_at = clock_timestamp(),
        resolved_at = clock_timestamp(),
        resolved_by = :by,
        resolution = 'replayed',
        history = entry.history
        || jsonb_build_object('at', clock_timestamp(), 'what', 'replayed', 'by', cast(:by as text))
    from replayed_entries as sibling
    inner join scout.quarantine as held
        on sibling.store_id = held.store_id and sibling.quarantine_id = held.quarantine_id
    where
        held.reason_code = 'broken_rule'
        and entry.source_id = sibling.source_id
        and entry.transaction_id = sibling.transaction_id
        and entry.status = 'open'
        and entry.reason_code = 'broken_rule'
        and entry.rule_id = held.rule_id
    returning entry.store_id, entry.quarantine_id, entry.source_id, entry.transaction_id
)

insert into replayed_entries (store_id, quarantine_id, source_id, transaction_id)
select
    store_id,
    quarantine_id,
    source_id,
    transaction_id
from claimed;
