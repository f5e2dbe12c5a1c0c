-- replay_lines: what landing reads in the lines of one shape; whoever cannot be identified is refused again.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the step
insert into replay_lines (batch_id, line_number, transaction_id, store_code, reason_code, detail, content, payload)
select
    line.batch_id,
    line.line_number,
    line.transaction_id,
    line.store_code,
    line.reason_code,
    coalesce('the record cannot be taken: ' || replace(line.reason_code, '_', ' '), ''),
    line.content,
    line.payload
from landing_lines as line;
