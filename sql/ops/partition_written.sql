-- ops.archived_partitions: the file is written and was read back.
-- reads:  -
-- params: relation, month, row_count, row_checksum, sums, file_url, file_bytes, file_sha256
-- rerun:  safe, moves a frozen partition only
update ops.archived_partitions
set
    state = 'written',
    row_count = :row_count,
    row_checksum = :row_checksum,
    sums = cast(:sums as jsonb),
    file_url = :file_url,
    file_bytes = :file_bytes,
    file_sha256 = :file_sha256,
    archived_at = clock_timestamp(),
    changed_at = clock_timestamp()
where relation = :relation and month = cast(:month as date) and state = 'frozen';
