-- ops.reconciliation_sweeps: the sweep is over; what it and those before it found, and silver has now or rejected, was
-- rescued.
-- reads:  bronze/transactions_raw, bronze/ingestion_batches, bronze/quarantine, silver/transaction_items,
--         silver/transactions_cleaned, silver/dimension_records
-- params: sweep_id
-- rerun:  safe, what was counted as rescued is not counted again
with waiting as (
    select distinct
        finding.source_id,
        finding.transaction_id
    from ops.sweep_findings as finding
    where finding.rescued_at is null
),

versions as (
    select
        version.source_id,
        version.transaction_id,
        version.content_hash,
        source.grain = 'line' as is_line,
        count(*) filter (where rejected.quarantine_id is null) as taken_count,
        max(record.ingest_xid) as version_xid,
        max(record.ingest_id) as version_id
    from waiting
    inner join scout.bronze_transaction_versions as version
        on waiting.source_id = version.source_id and waiting.transaction_id = version.transaction_id
    inner join scout.dim_source as source on version.source_id = source.source_id and source.grain <> 'reference'
    inner join scout.bronze_ingestion_batches as batch on version.batch_id = batch.batch_id
    inner join ops.streaming_watermarks as carried on carried.stream = 'silver/transactions_cleaned'
    cross join
        lateral (
            select place.*
            from scout.bronze_transactions_raw as place
            where
                place.store_id = version.store_id
                and place.ingest_xid = batch.ingest_xid
                and place.ingest_id between version.first_id and version.last_id
                and place.received_at = batch.received_at
                and place.transaction_id = version.transaction_id
                and place.content_hash = version.content_hash
                -- what came since waits, and is not lost
                and (place.ingest_xid, place.ingest_id) <= (carried.last_xid, carried.last_id)
            -- a fence, as in chosen_records
            offset 0
        ) as record
    left join scout.quarantine as rejected
        on
            record.store_id = rejected.store_id
            and record.ingest_id = rejected.ingest_id
            and rejected.layer = 'silver'
            and rejected.status in ('open', 'discarded')
    group by version.source_id, version.transaction_id, version.content_hash, source.grain
),

rescued as (
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
            -- as the sweep itself looks: whole, and the newest version that came
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
                    and (
                        sale.deleted_at is not null
                        or sale.line_count = (
                            select count(*)
                            from scout.silver_transaction_items as item
                            where
                                item.store_id = known.store_id
                                and item.date_key = known.date_key
                                and item.source_id = known.source_id
                                and item.transaction_id = known.transaction_id
                        )
                    )
                    and not exists (
                        select 1
                        from versions
                        where
                            versions.source_id = known.source_id
                            and versions.transaction_id = known.transaction_id
                            and case
                                when versions.content_hash = known.content_hash
                                    then
                                        versions.is_line and sale.deleted_at is null
                                        and sale.line_count <> versions.taken_count
                                else
                                    versions.taken_count > 0
                                    and (versions.version_xid, versions.version_id)
                                    > (known.version_xid, known.version_id)
                            end
                    )
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
                    -- a refused line of a sale is no refused sale
                    and not exists (
                        select 1
                        from versions
                        where
                            versions.source_id = finding.source_id
                            and versions.transaction_id = finding.transaction_id
                            and versions.taken_count > 0
                    )
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
