-- 0036_quality_decisions: each SELECT returns what is missing.
select
    'function is missing' as problem,
    wanted.signature as object
from (values ('ops.failing_sales(text, date, jsonb, bigint)')) as wanted (signature)
where to_regprocedure(wanted.signature) is null;
