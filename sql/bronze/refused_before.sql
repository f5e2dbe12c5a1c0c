-- the batch as which the same bytes were refused before, and why; no row when they were taken.
-- reads:  bronze/ingestion_batches, bronze/quarantine
-- params: source_id, content_sha256, mapping_sha256
-- rerun:  safe, read only
select
    batch.batch_id,
    batch.reason_code,
    coalesce(
        (
            select entry.detail
            from scout.quarantine as entry
            where entry.batch_id = batch.batch_id and entry.layer = 'bronze' and entry.line_number is null
            order by entry.quarantine_id desc
            limit 1
        ), 'its entry of quarantine is gone'
    ) as detail
from scout.bronze_ingestion_batches as batch
where
    batch.source_id = :source_id
    and batch.content_sha256 = cast(:content_sha256 as bytea)
    and batch.mapping_sha256 = cast(:mapping_sha256 as bytea)
    and batch.status = 'refused'
    and not exists (
        select 1
        from scout.bronze_ingestion_batches as taken
        where
            taken.source_id = :source_id
            and taken.content_sha256 = cast(:content_sha256 as bytea)
            and taken.status <> 'refused'
    );
