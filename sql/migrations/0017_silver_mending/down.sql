-- Work that waits stays undone: `scout run --reconcile` computes it.
comment on column scout.silver_store_metrics.date_key is null;
comment on column scout.silver_transactions_cleaned.region is
'As the source says it, trimmed; null when it says nothing.';
drop table ops.registered_stores;
drop table ops.recalled_transactions;
alter table scout.bronze_transaction_versions
drop column last_id,
drop column first_id;
drop index scout.bronze_transactions_raw_by_xid;
drop function scout.xid_number(xid8);
