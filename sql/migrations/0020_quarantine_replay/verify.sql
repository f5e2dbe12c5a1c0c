-- 0020_quarantine_replay: each SELECT returns what is missing.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('scout.bronze_repeated_versions'),
    ('scout.bronze_ingestion_batches_replays'),
    ('scout.quarantine_by_id'),
    ('scout.quarantine_held'),
    ('scout.quarantine_of_transaction')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing column' as problem,
    expected.relation || '.' || expected.column_name as object
from (
    values
    ('scout.bronze_ingestion_batches', 'replay_of'),
    ('scout.bronze_ingestion_batches', 'file_path'),
    ('scout.bronze_ingestion_batches', 'layout'),
    ('scout.bronze_ingestion_batches', 'lines_pruned'),
    ('scout.quarantine', 'rule_id'),
    ('scout.quarantine', 'rule_version'),
    ('scout.quarantine', 'attempts'),
    ('scout.quarantine', 'last_attempt_at'),
    ('scout.quarantine', 'resolved_at'),
    ('scout.quarantine', 'resolved_by'),
    ('scout.quarantine', 'resolution'),
    ('scout.quarantine', 'replay_batch_id'),
    ('scout.quarantine', 'history'),
    ('scout.quarantine', 'is_held')
) as expected (relation, column_name)
where
    not exists (
        select 1
        from pg_attribute as known
        where
            known.attrelid = to_regclass(expected.relation)
            and known.attname = expected.column_name
            and not known.attisdropped
    );

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('scout.quarantine_matches(scout.quarantine, jsonb)'),
    ('scout.rule_version_in_force(text)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;
