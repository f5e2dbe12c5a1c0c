-- 0029_bronze_digest: each SELECT returns what is missing.
select
    'missing function' as problem,
    expected.signature as object
from (values ('ops.record_digest(integer, text, bigint, jsonb)')) as expected (signature)
where to_regprocedure(expected.signature) is null;

select
    'missing column' as problem,
    'scout.bronze_ingestion_batches.payload_digest' as object
where
    not exists (
        select 1
        from pg_attribute as known
        where
            known.attrelid = to_regclass('scout.bronze_ingestion_batches')
            and known.attname = 'payload_digest'
            and not known.attisdropped
    );
