-- the next batch of a table on its way into months; 0 at the end.
-- reads:  -
-- params: relation, batch_rows
-- rerun:  safe, goes on where it was
select ops.copy_partition_batch(:relation, cast(:batch_rows as integer)) as copied;
