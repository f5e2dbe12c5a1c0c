-- 0053_suspects_first: a row when every figure of the day is put in order.
select routine.oid::regprocedure as missing
from pg_proc as routine
where
    routine.oid = 'ops.quality_outliers(regclass, date)'::regprocedure
    and strpos(routine.prosrc, 'flagged as materialized') = 0;
