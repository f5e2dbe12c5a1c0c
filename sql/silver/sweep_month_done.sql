-- ops.reconciliation_sweeps: one more month was compared.
-- reads:  -
-- params: sweep_id, records, missing
-- rerun:  counts once more; in the transaction of the month
update ops.reconciliation_sweeps
set
    months_swept = months_swept + 1,
    records_swept = records_swept + cast(:records as bigint),
    missing = missing + cast(:missing as bigint)
where sweep_id = :sweep_id;
