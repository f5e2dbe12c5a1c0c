-- 0042_outliers_without_loops: a row when the judge may look through all medians for each figure.
select routine.oid::regprocedure as missing
from pg_proc as routine
where
    routine.oid = 'ops.quality_outliers(regclass, date)'::regprocedure
    and not coalesce('enable_nestloop=off' = any(routine.proconfig), false);
