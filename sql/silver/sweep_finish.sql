-- ops.reconciliation_sweeps: the sweep is over; what it and those before it found, and silver has now or rejected, was
-- rescued.
-- reads:  bronze/quarantine, silver/transactions_cleaned, silver/dimension_records
-- params: sweep_id
-- rerun:  safe, what was counted as rescued is not counted again
with rescued as (
    update ops.sweep_findings as finding
    set rescued_at = clock_timestamp()
    where
        finding.rescued_at is null
        and not exists (
            select 1
            from ops.recalled_transactions as waiting
            where waiting.source_id = finding.source_id and waiting.transaction_id = finding.transaction_id
        )
        and (
            exists (
                select 1
                from scout.silver_transaction_keys as known
                inner join scout.silver_transactions_cleaned as sale
                    on
                        known.store_id = sale.store_id
                        and known.date_key = sale.date_key
                        and known.source_id = sale.source_id
                        and known.transaction_id = sale.transaction_id
                where
                    known.source_id = finding.source_id
                    and known.transaction_id = finding.transaction_id
                    and known.version_xid > '0'::xid8
            )
            or exists (
                select 1
                from scout.dimension_records as described
                where described.record_id = finding.transaction_id
            )
            or exists (
                select 1
                from scout.quarantine as aside
                where
                    aside.layer = 'silver'
                    and aside.status in ('open', 'discarded')
                    and aside.store_id = finding.store_id
                    and aside.source_id = finding.source_id
                    and aside.transaction_id = finding.transaction_id
            )
        )
    returning finding.transaction_id
)

update ops.reconciliation_sweeps
set
    rescued = rescued + (select count(*) from rescued),
    finished_at = clock_timestamp()
where sweep_id = :sweep_id
returning sweep_id, started_at, finished_at, months_swept, records_swept, missing, rescued;
