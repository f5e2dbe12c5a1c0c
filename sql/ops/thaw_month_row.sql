-- ops.archived_months: from here on the month is computed again.
-- reads:  -
-- params: layer, month
-- rerun:  safe, in the transaction that attaches its partitions
delete from ops.archived_months
where layer = :layer and month = cast(:month as date);
