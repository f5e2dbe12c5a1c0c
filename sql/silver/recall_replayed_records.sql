-- recalled_references: the claimed entries, for a source of reference records.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the replay
insert into recalled_references (store_id, ingest_id)
select
    entry.store_id,
    entry.ingest_id
from replayed_entries as entry;
