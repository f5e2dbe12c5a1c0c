-- 0048_announced_records: each SELECT returns what is missing.
select
    'missing column' as problem,
    'scout.dimension_records.is_announced' as object
where
    not exists (
        select 1
        from pg_attribute as known
        where
            known.attrelid = to_regclass('scout.dimension_records')
            and known.attname = 'is_announced'
            and not known.attisdropped
    );

select
    'missing index' as problem,
    'scout.dimension_records_announced' as object
where to_regclass('scout.dimension_records_announced') is null;
