-- 0028_quality_queries: each SELECT returns what is missing.
select
    'function is of an earlier version' as problem,
    'ops.quality_query(text, date)' as object
from pg_proc as routine
where
    routine.oid = to_regprocedure('ops.quality_query(text, date)')
    and position('sum_there' in routine.prosrc) = 0;

select
    'function is of an earlier version' as problem,
    'ops.check_data_quality(regclass, date)' as object
from pg_proc as routine
where
    routine.oid = to_regprocedure('ops.check_data_quality(regclass, date)')
    and position('listed_at_most' in routine.prosrc) = 0;
