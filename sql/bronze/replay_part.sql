-- replay_parts: the kept lines of which the records of one file are made.
-- reads:  -
-- params: store_ids, quarantine_ids, batch_ids, line_numbers
-- rerun:  safe, in the transaction of the step
insert into replay_parts (store_id, quarantine_id, batch_id, line_number)
select
    part.store_id,
    part.quarantine_id,
    part.batch_id,
    part.line_number
from
    unnest(
        cast(:store_ids as integer[]),
        cast(:quarantine_ids as bigint[]),
        cast(:batch_ids as bigint[]),
        cast(:line_numbers as bigint[])
    ) as part (store_id, quarantine_id, batch_id, line_number);
