-- 0047_freshness_of_open_months, undone: whatever is on the lists counts again.

create or replace view ops.v_data_freshness as
with mark as (
    select
        stream,
        last_xid,
        last_id,
        last_event_at
    from ops.streaming_watermarks
    where stream = 'silver/transactions_cleaned'
),

looked as (
    select max(beat_at) as looked_at
    from ops.heartbeats
    where process = 'silver/transactions_cleaned'
),

landing as (
    select
        max(beat_at) as looked_at,
        max(waiting_since) as waiting_since
    from ops.heartbeats
    where process = 'bronze/transactions_raw'
),

refreshed as (
    select max(beat_at) as looked_at
    from ops.heartbeats
    where process = 'serving'
),

oldest_record as (
    select coalesce(batch.finished_at, record.received_at) as waiting_since
    from (
        select
            waiting.received_at,
            waiting.batch_id
        from scout.bronze_transactions_raw as waiting
        where
            scout.xid_number(waiting.ingest_xid)
            >= scout.xid_number(coalesce((select mark.last_xid from mark), '0'::xid8))
            and (waiting.ingest_xid, waiting.ingest_id)
            > (coalesce((select mark.last_xid from mark), '0'::xid8), coalesce((select mark.last_id from mark), 0))
        order by scout.xid_number(waiting.ingest_xid), waiting.ingest_id
        limit 1
    ) as record
    left join scout.bronze_ingestion_batches as batch on record.batch_id = batch.batch_id
),

datasets as (
    select
        'bronze/transactions_raw' as dataset,
        'streaming' as tier,
        landing.looked_at,
        landing.waiting_since
    from landing
    union all
    select
        'silver/transactions_cleaned' as dataset,
        'streaming' as tier,
        looked.looked_at,
        (
            select min(waits.waiting_since)
            from (
                select oldest_record.waiting_since from oldest_record
                union all
                select min(recalled.recalled_at) from ops.recalled_transactions as recalled
            ) as waits
        ) as waiting_since
    from looked
    union all
    select
        layers.layer,
        'hourly',
        looked.looked_at,
        (
            select min(dirty.marked_at) from ops.dirty_buckets as dirty
            where dirty.layer = layers.layer
        )
    from (select distinct bucket_layer.layer from ops.bucket_layers as bucket_layer) as layers
    cross join looked
    union all
    select
        'serving/' || split_part(view.view_name, '.', 2),
        'hourly',
        refreshed.looked_at,
        view.stale_since
    from ops.should_refresh_views(0) as view
    cross join refreshed
),

measured as (
    select
        datasets.dataset,
        datasets.tier,
        tier.target_seconds,
        tier.warn_seconds,
        tier.fail_seconds,
        tier.silent_seconds,
        datasets.looked_at,
        datasets.waiting_since,
        mark.last_event_at,
        greatest(
            extract(epoch from now() - datasets.waiting_since), extract(epoch from now() - datasets.looked_at), 0
        ) as lag_seconds,
        extract(epoch from now() - mark.last_event_at) as event_age_seconds
    from datasets
    inner join ops.freshness_tiers as tier on datasets.tier = tier.tier
    left join mark on true
)

select
    dataset,
    tier,
    case
        when waiting_since is null and (last_event_at is null or looked_at is null) then 'UNKNOWN'
        when lag_seconds > fail_seconds then 'CRITICAL'
        when lag_seconds > warn_seconds then 'WARNING'
        when event_age_seconds > silent_seconds then 'SILENT'
        else 'OK'
    end as status,
    round(lag_seconds, 1) as lag_seconds,
    waiting_since,
    looked_at,
    last_event_at,
    round(event_age_seconds, 1) as event_age_seconds,
    target_seconds,
    warn_seconds,
    fail_seconds
from measured;
