-- recalled_references: the claimed entries, for a source of reference records.
-- reads:  bronze/quarantine
-- params: -
-- rerun:  safe, in the transaction of the replay
insert into recalled_references (store_id, ingest_id)
select
    entry.store_id,
    entry.ingest_id
from replayed_entries as claimed
inner join scout.quarantine as entry
    on claimed.store_id = entry.store_id and claimed.quarantine_id = entry.quarantine_id;
