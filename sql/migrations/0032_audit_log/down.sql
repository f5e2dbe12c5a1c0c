-- 0032_audit_log, undone. The entries are lost.
drop function ops.record_act(text, text, text, text, text, jsonb, jsonb, bigint);
drop function ops.audit_digest(ops.audit_log);
drop table ops.audit_log;
drop table ops.audit_head;
drop function ops.refuse_audit_change();
