-- sweep_missing: every reference record below the watermark that is neither the latest of its kind, code and day in
-- silver, nor superseded or rejected. One statement, so that bronze, watermark and silver are of one moment.
-- reads:  bronze/transactions_raw, bronze/quarantine, silver/dimension_records
-- params: from_at, before_at
-- rerun:  safe, in the transaction of the month
with cursor_position as (
    select
        last_xid,
        last_id
    from ops.streaming_watermarks
    where stream = 'silver/transactions_cleaned'
),

received as (
    select
        record.source_id,
        record.transaction_id,
        record.store_id,
        record.ingest_xid,
        record.ingest_id,
        (record.received_at at time zone 'utc')::date as received_date,
        rejected.quarantine_id is not null as is_rejected
    from scout.bronze_transactions_raw as record
    inner join scout.dim_source as source on record.source_id = source.source_id and source.grain = 'reference'
    cross join cursor_position
    left join scout.quarantine as rejected
        on
            record.store_id = rejected.store_id
            and record.ingest_id = rejected.ingest_id
            and rejected.layer = 'silver'
            and rejected.status in ('open', 'discarded')
    where
        record.received_at >= cast(:from_at as timestamptz)
        and record.received_at < cast(:before_at as timestamptz)
        and (record.ingest_xid, record.ingest_id) <= (cursor_position.last_xid, cursor_position.last_id)
),

missing as (
    insert into sweep_missing as found (
        source_id, transaction_id, store_id, received_date, is_reference, problem
    )
    select distinct on (received.source_id, received.transaction_id)
        received.source_id,
        received.transaction_id,
        received.store_id,
        received.received_date,
        true,
        'no reference record in silver'
    from received
    left join scout.dimension_records as described
        on
            received.transaction_id = described.record_id
            and (received.ingest_xid, received.ingest_id) <= (described.version_xid, described.version_id)
    where not received.is_rejected and described.record_id is null
    order by received.source_id asc, received.transaction_id asc, received.ingest_xid desc, received.ingest_id desc
    returning found.source_id
)

select
    (select count(*) from received) as records,
    (select count(*) from missing) as missing;
