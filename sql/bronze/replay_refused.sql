-- replay_lines: lines that are refused again before they are read.
-- reads:  -
-- params: batch_ids, line_numbers, reason_codes, details
-- rerun:  safe, in the transaction of the step
insert into replay_lines (batch_id, line_number, reason_code, detail)
select
    refused.batch_id,
    refused.line_number,
    refused.reason_code,
    refused.detail
from
    unnest(
        cast(:batch_ids as bigint[]),
        cast(:line_numbers as bigint[]),
        cast(:reason_codes as text[]),
        cast(:details as text[])
    ) as refused (batch_id, line_number, reason_code, detail);
