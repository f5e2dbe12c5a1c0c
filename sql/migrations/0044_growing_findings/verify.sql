-- 0044_growing_findings: each SELECT returns what is missing.
select
    'function is missing' as problem,
    wanted.signature as object
from (
    values
    ('ops.data_quality_worsened(ops.data_quality_issues, text, bigint, numeric)'),
    ('ops.raise_data_quality_issue(text, date, integer, jsonb, text, text, text, bigint, numeric)')
) as wanted (signature)
where to_regprocedure(wanted.signature) is null;

select
    'column is missing' as problem,
    'ops.data_quality_issues.' || wanted.name as object
from (values ('failing'), ('score'), ('acknowledged_failing'), ('acknowledged_score'), ('history')) as wanted (name)
where
    not exists (
        select 1
        from pg_attribute as a
        where a.attrelid = to_regclass('ops.data_quality_issues') and a.attname = wanted.name and not a.attisdropped
    );

select
    'function is that of an earlier migration' as problem,
    wanted.signature as object
from (
    values
    ('ops.quality_outliers(regclass, date)', 'median_n'),
    ('ops.check_data_quality(regclass, date)', '(finding ->> ''score'')::numeric')
) as wanted (signature, phrase)
where
    not exists (
        select 1
        from pg_proc as routine
        where routine.oid = to_regprocedure(wanted.signature) and position(wanted.phrase in routine.prosrc) > 0
    );
