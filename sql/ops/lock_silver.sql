-- ops.streaming_watermarks: no writer of silver runs while this transaction does.
-- reads:  -
-- params: -
-- rerun:  safe, held to the end of the transaction
select watermark.stream
from ops.streaming_watermarks as watermark
where watermark.stream = 'silver/transactions_cleaned'
for update;
