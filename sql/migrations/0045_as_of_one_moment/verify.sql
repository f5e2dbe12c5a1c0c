-- 0045_as_of_one_moment: each SELECT returns what is missing.
select
    'function is that of an earlier migration' as problem,
    wanted.signature as object
from (
    values
    ('ops.check_data_quality(regclass, date)', 'seen constant xid8')
) as wanted (signature, phrase)
where
    not exists (
        select 1
        from pg_proc as routine
        where routine.oid = to_regprocedure(wanted.signature) and position(wanted.phrase in routine.prosrc) > 0
    );
