drop table ops.deployment_facts;
drop table ops.restatements;
drop table ops.dirty_customers;
drop table ops.dirty_buckets;
drop table ops.bucket_layers;
drop function ops.update_streaming_watermark(text, xid8, bigint, timestamptz);
drop table ops.streaming_watermarks;
