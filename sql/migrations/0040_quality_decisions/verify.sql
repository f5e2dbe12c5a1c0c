-- 0040_quality_decisions: each SELECT returns what is missing.
select
    'function is missing' as problem,
    wanted.signature as object
from (
    values
    ('ops.failing_sales(text, integer, date, jsonb, bigint)'),
    ('ops.issue_matches(ops.data_quality_issues, jsonb)')
) as wanted (signature)
where to_regprocedure(wanted.signature) is null;

select
    'table or view is missing' as problem,
    wanted.name as object
from (values ('ops.relabelled_days'), ('ops.removed_incidents'), ('ops.v_relabelled_checks')) as wanted (name)
where to_regclass(wanted.name) is null;

select
    'column is missing' as problem,
    'ops.data_quality_issues.' || wanted.name as object
from (values ('acknowledged_at'), ('acknowledged_by'), ('acknowledgement')) as wanted (name)
where
    not exists (
        select 1
        from pg_attribute as a
        where a.attrelid = to_regclass('ops.data_quality_issues') and a.attname = wanted.name and not a.attisdropped
    );

select
    'function does not tell what a rule took' as problem,
    'scout.why_did_it_change(text, date)' as object
where
    not exists (
        select 1
        from pg_proc as routine
        where
            routine.oid = to_regprocedure('scout.why_did_it_change(text, date)')
            and position('set aside' in routine.prosrc) > 0
            and position('entries as (' in routine.prosrc) > 0
    );
