-- were at least a tenth of the lines that the statistics of silver know of written since? Autovacuum sees to the
-- partitions minutes later, and never to the whole table.
-- reads:  silver/transaction_items
-- params: lines_written
-- rerun:  safe, reads only
select cast(:lines_written as bigint) * 10 >= greatest(known.reltuples, 0) as is_due
from pg_catalog.pg_class as known
where known.oid = 'scout.silver_transaction_items'::regclass;
