-- ops.changed_days: days of the month are no longer asked about; their rows are about to go.
-- reads:  -
-- params: month
-- rerun:  safe, in the transaction that freezes it
delete from ops.changed_days
where
    date_key >= cast(:month as date)
    and date_key < (cast(:month as date) + interval '1 month')::date;
