-- scout.bronze_ingestion_batches: claims a file that was not taken yet; no row when it was taken or refused as it is.
-- reads:  -
-- params: source_id, file_name, file_path, content_sha256, mapping_sha256, byte_count, replay_of
-- rerun:  safe, the same bytes are claimed once
insert into scout.bronze_ingestion_batches (
    source_id, file_name, file_path, content_sha256, mapping_sha256, byte_count, replay_of, status
)
select
    cast(:source_id as smallint),
    :file_name,
    :file_path,
    cast(:content_sha256 as bytea),
    cast(:mapping_sha256 as bytea),
    :byte_count,
    cast(:replay_of as bigint),
    'loading'
where
    not exists (
        select 1
        from scout.bronze_ingestion_batches as known
        where
            known.source_id = :source_id
            and known.content_sha256 = cast(:content_sha256 as bytea)
            and (
                known.status <> 'refused'
                -- a refused file that is replayed is tried again, whatever the mapping
                or (known.mapping_sha256 = cast(:mapping_sha256 as bytea) and cast(:replay_of as bigint) is null)
            )
    )
returning batch_id;
