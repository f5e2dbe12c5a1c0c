-- 0033_quality_statement: each SELECT returns what is missing.
select
    'function is missing' as problem,
    wanted.signature as object
from (values ('ops.quality_membership(text, jsonb, boolean)')) as wanted (signature)
where to_regprocedure(wanted.signature) is null;

select
    'function is of an earlier version' as problem,
    wanted.signature as object
from (
    values
    ('ops.quality_condition(regclass, ops.data_quality_rules)', 'quality_membership'),
    ('ops.quality_statement(regclass, date)', 'repeated_')
) as wanted (signature, mark)
inner join pg_proc as routine on routine.oid = to_regprocedure(wanted.signature)
where position(wanted.mark in routine.prosrc) = 0;
