-- settings of this transaction: the batch that COPY stamps on each landing record.
-- reads:  -
-- params: batch_id
-- rerun:  safe, local to the transaction
select set_config('scout.batch_id', cast(cast(:batch_id as bigint) as text), true);
