-- sweep_missing: every version of a sale below the watermark that is neither current, whole in silver, nor superseded,
-- rejected or about to be computed again. One statement, so that bronze, watermark and silver are of one moment.
-- reads:  bronze/transactions_raw, bronze/quarantine, silver/transactions_cleaned, silver/transaction_items
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
        record.content_hash,
        record.store_id,
        source.grain,
        (min(record.received_at) at time zone 'utc')::date as received_date,
        count(*) as record_count,
        count(rejected.quarantine_id) as rejected_count,
        max(record.ingest_xid) as version_xid,
        max(record.ingest_id) as version_id
    from scout.bronze_transactions_raw as record
    inner join scout.dim_source as source on record.source_id = source.source_id and source.grain <> 'reference'
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
    group by record.source_id, record.transaction_id, record.content_hash, record.store_id, source.grain
),

placed as (
    select
        received.*,
        known.transaction_id is not null as is_placed,
        coalesce(known.date_key < ops.silver_kept_from(), false) as is_archived,
        known.content_hash = received.content_hash as is_current,
        (received.version_xid, received.version_id) > (known.version_xid, known.version_id) as is_newer,
        registered.transaction_id is not null as is_registered,
        sale.line_count as sale_lines,
        sale.deleted_at,
        case
            when known.content_hash = received.content_hash and sale.deleted_at is null
                then (
                    select count(*)
                    from scout.silver_transaction_items as item
                    where
                        item.store_id = known.store_id
                        and item.date_key = known.date_key
                        and item.source_id = known.source_id
                        and item.transaction_id = known.transaction_id
                )
        end as item_count
    from received
    left join scout.silver_transaction_keys as known
        on received.source_id = known.source_id and received.transaction_id = known.transaction_id
    left join scout.bronze_transaction_versions as registered
        on
            received.source_id = registered.source_id
            and received.transaction_id = registered.transaction_id
            and received.content_hash = registered.content_hash
    left join scout.silver_transactions_cleaned as sale
        on
            received.content_hash = known.content_hash
            and known.store_id = sale.store_id
            and known.date_key = sale.date_key
            and known.source_id = sale.source_id
            and known.transaction_id = sale.transaction_id
),

judged as (
    select
        placed.*,
        case
            when not placed.is_registered then 'its version is not registered'
            when placed.rejected_count = placed.record_count then null
            when not placed.is_placed then 'no sale in silver'
            -- its rows are in the archive
            when placed.is_archived then null
            when not placed.is_current and placed.is_newer then 'an older version is current'
            when not placed.is_current then null
            when placed.sale_lines is null then 'no sale where the registry says'
            when
                placed.deleted_at is null
                and (
                    placed.item_count <> placed.sale_lines
                    or (
                        placed.grain = 'line'
                        and placed.sale_lines <> placed.record_count - placed.rejected_count
                    )
                )
                then 'lines of the sale are missing'
        end as problem
    from placed
),

missing as (
    insert into sweep_missing as found (
        source_id, transaction_id, store_id, received_date, is_reference, problem
    )
    select distinct on (judged.source_id, judged.transaction_id)
        judged.source_id,
        judged.transaction_id,
        judged.store_id,
        judged.received_date,
        false,
        judged.problem
    from judged
    where
        judged.problem is not null
        and not exists (
            select 1
            from ops.recalled_transactions as waiting
            where waiting.source_id = judged.source_id and waiting.transaction_id = judged.transaction_id
        )
    order by judged.source_id asc, judged.transaction_id asc, judged.version_xid desc, judged.version_id desc
    returning found.source_id
)

select
    (select coalesce(sum(received.record_count), 0)::bigint from received) as records,
    (select count(*) from missing) as missing;
