-- Every table, view and index of this migration, and its functions by signature.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.streaming_watermarks'),
    ('ops.bucket_layers'),
    ('ops.dirty_buckets'),
    ('ops.dirty_customers'),
    ('ops.restatements'),
    ('ops.deployment_facts'),
    ('ops.dirty_buckets_newest'),
    ('ops.restatements_by_day')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('ops.update_streaming_watermark(text, xid8, bigint, timestamptz)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;
