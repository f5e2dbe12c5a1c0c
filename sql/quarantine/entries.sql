-- scout.quarantine: the entries of a selection, newest first, a page at a time.
-- reads:  bronze/quarantine, bronze/ingestion_batches
-- params: selection, before_id, row_limit
-- rerun:  safe, read only
select
    entry.quarantine_id,
    entry.status,
    entry.layer,
    source.source_name as source,
    nullif(store.store_code, 'UNKNOWN') as store,
    entry.quarantined_at,
    entry.reason_code,
    entry.rule_id,
    entry.rule_version,
    entry.attempts,
    batch.file_name,
    entry.line_number,
    entry.transaction_id,
    entry.waits_for,
    entry.detail
from scout.quarantine as entry
inner join scout.dim_source as source on entry.source_id = source.source_id
left join scout.store_registry as store on entry.store_id = store.store_id
left join scout.bronze_ingestion_batches as batch on entry.batch_id = batch.batch_id
where
    (cast(:before_id as bigint) is null or entry.quarantine_id < cast(:before_id as bigint))
    and scout.quarantine_matches(entry, cast(:selection as jsonb))
order by entry.quarantine_id desc
limit :row_limit;
