-- scout.bronze_repeated_versions: known versions that came again in files with quarantined lines, which belong to them.
-- reads:  bronze/quarantine
-- params: source_id
-- rerun:  safe, in the transaction that claims the files
insert into scout.bronze_repeated_versions (store_id, batch_id, source_id, transaction_id, content_hash)
select
    known.store_id,
    landed.batch_id,
    known.source_id,
    known.transaction_id,
    known.content_hash
from landing_versions as landed
inner join scout.bronze_transaction_versions as known
    on
        known.source_id = cast(:source_id as smallint)
        and landed.transaction_id = known.transaction_id
        and landed.content_hash = known.content_hash
        and landed.batch_id <> known.batch_id
where
    exists (
        select 1
        from scout.quarantine as aside
        where aside.batch_id = landed.batch_id and aside.layer = 'bronze'
    );
