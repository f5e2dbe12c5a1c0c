-- ops.archived_months and what hangs on it: the month is whole again.
-- reads:  -
-- params: layer, month
-- rerun:  safe, in the transaction that attaches its partitions
with customers as (
    delete from ops.archived_customers
    where cast(:layer as text) = 'silver' and month = cast(:month as date)
),

batches as (
    delete from ops.archived_batches
    where cast(:layer as text) = 'bronze' and month = cast(:month as date)
)

delete from ops.archived_partitions
where layer = :layer and month = cast(:month as date);
