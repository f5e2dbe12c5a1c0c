-- ops.archived_batches: how many lines of each file lie in the month; the ledger goes on counting them.
-- reads:  -
-- params: month
-- rerun:  safe, in the transaction that freezes it
insert into ops.archived_batches (month, batch_id, line_count)
select
    cast(:month as date),
    record.batch_id,
    count(*)
from scout.bronze_transactions_raw as record
where
    record.received_at >= cast(:month as date)::timestamp at time zone 'UTC'
    and record.received_at < (cast(:month as date) + interval '1 month')::timestamp at time zone 'UTC'
group by record.batch_id;
