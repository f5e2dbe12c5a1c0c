-- scout.silver_transaction_keys: where each transaction of the window lies now, and which version of it. The window is
-- always newer than what was carried, and a rebuild reads all versions: no older one can come here.
-- reads:  -
-- params: -
-- rerun:  safe, upsert on (source_id, transaction_id)
insert into scout.silver_transaction_keys as known (
    source_id, transaction_id, store_id, date_key, content_hash, version_xid, version_id
)
select
    source_id,
    transaction_id,
    store_id,
    date_key,
    content_hash,
    version_xid,
    version_id
from window_transactions
order by source_id, transaction_id
on conflict (source_id, transaction_id) do update
    set
        store_id = excluded.store_id,
        date_key = excluded.date_key,
        content_hash = excluded.content_hash,
        version_xid = excluded.version_xid,
        version_id = excluded.version_id;
