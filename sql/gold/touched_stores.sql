-- touched_stores: the stores of the buckets, whose windows this transaction computes again.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table touched_stores on commit drop as
select distinct buckets.store_id
from buckets;
