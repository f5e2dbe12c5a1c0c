-- window: the sources whose records lie in it.
-- reads:  bronze/transactions_raw
-- params: last_xid, last_id, upto_xid, upto_id
-- rerun:  safe, read only
with present as (
    select distinct record.source_id
    from scout.bronze_transactions_raw as record
    where
        scout.xid_number(record.ingest_xid)
        between scout.xid_number(cast(:last_xid as xid8)) and scout.xid_number(cast(:upto_xid as xid8))
        and (record.ingest_xid, record.ingest_id) > (cast(:last_xid as xid8), cast(:last_id as bigint))
        and (record.ingest_xid, record.ingest_id) <= (cast(:upto_xid as xid8), cast(:upto_id as bigint))
)

select
    source.source_id,
    source.source_name
from present
inner join scout.dim_source as source on present.source_id = source.source_id
order by source.source_id;
