-- window_contracts: the records of the latest versions that follow the transaction contract, their fields under its own
-- names; no voided one, and none of a source that follows no contract. Composed.
-- reads:  bronze/transactions_raw
-- params: is_contract, payload
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_contracts on commit drop as
select
    latest.store_id,
    latest.date_key,
    latest.source_id,
    latest.transaction_id,
    {payload} as payload
from window_transactions as latest
inner join scout.bronze_transactions_raw as record
    on
        latest.store_id = record.store_id
        and latest.version_xid = record.ingest_xid
        and latest.version_id = record.ingest_id
where {is_contract} and latest.deleted_at is null;
