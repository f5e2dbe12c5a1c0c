-- ops.streaming_watermarks: the cursor after a window, moved in the transaction that wrote its output.
-- reads:  -
-- params: stream, upto_xid, upto_id, last_event_at
-- rerun:  safe, never moves back
select ops.update_streaming_watermark(
    :stream, cast(:upto_xid as xid8), cast(:upto_id as bigint), cast(:last_event_at as timestamptz)
);
