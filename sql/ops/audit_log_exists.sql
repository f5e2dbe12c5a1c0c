-- audit log exists: whether the database has got as far as the audit log.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select to_regclass('ops.audit_log') is not null;
