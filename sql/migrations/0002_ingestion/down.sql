drop function ops.ensure_month_partition(regclass, date);
drop function scout.customer_pseudonym(text);
drop table ops.landing_files;
drop table scout.quarantine;
drop table scout.bronze_transaction_versions;
drop table scout.bronze_transactions_raw;
drop table scout.bronze_ingestion_batches;
drop table scout.dim_store;
drop table scout.dim_source;
