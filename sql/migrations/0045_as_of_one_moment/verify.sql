-- 0045_as_of_one_moment: each SELECT returns what is missing.
select
    'function is missing' as problem,
    wanted.signature as object
from (
    values
    ('ops.quality_kept_from(ops.data_quality_tables)'), ('ops.day_end(date)'), ('ops.day_is_over(date)')
) as wanted (signature)
where to_regprocedure(wanted.signature) is null;

select
    'view is that of an earlier migration' as problem,
    'ops.v_due_checks' as object
where coalesce(strpos(pg_get_viewdef(to_regclass('ops.v_due_checks')), 'kept_from'), 0) = 0;

select
    'function is that of an earlier migration' as problem,
    wanted.signature as object
from (
    values
    ('ops.check_data_quality(regclass, date)', 'seen constant xid8'),
    ('ops.quality_reconciliation(ops.data_quality_rules, date, numeric)', '::ops.quality_outcome'),
    ('ops.quality_volume(ops.data_quality_rules, date, bigint)', 'is_labelled')
) as wanted (signature, phrase)
where
    not exists (
        select 1
        from pg_proc as routine
        where routine.oid = to_regprocedure(wanted.signature) and position(wanted.phrase in routine.prosrc) > 0
    );
