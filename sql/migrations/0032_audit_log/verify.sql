-- 0032_audit_log: each SELECT returns what is missing.
select
    'missing table' as problem,
    expected.name as object
from (values ('ops.audit_log'), ('ops.audit_head')) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.signature as object
from
    (
        values
        ('ops.audit_digest(ops.audit_log)'),
        ('ops.record_act(text, text, text, text, text, jsonb, jsonb, bigint)'),
        ('ops.refuse_audit_change()')
    ) as expected (signature)
where to_regprocedure(expected.signature) is null;

select
    'missing trigger' as problem,
    expected.name as object
from (values ('audit_log_is_append_only'), ('audit_log_is_not_emptied')) as expected (name)
where
    not exists (
        select 1
        from pg_trigger as known
        where known.tgrelid = to_regclass('ops.audit_log') and known.tgname = expected.name and known.tgenabled = 'O'
    );
