-- replay_versions: the versions that the claimed lines make. A line joins the other lines of its transaction in its
-- file, also those that were known already and those that were replayed before; a later version makes it superseded.
-- reads:  bronze/quarantine, bronze/ingestion_batches
-- params: source_id, store_id, is_by_record
-- rerun:  safe, the table is dropped with the transaction
create temporary table replay_versions on commit drop as
with fit as (
    select
        line.*,
        case when cast(:is_by_record as boolean) then line.line_number else 0 end as record_number
    from replay_lines as line
    where line.reason_code is null
),

newest_known as (
    select
        transaction_id,
        max(array[origin_id, case when cast(:is_by_record as boolean) then line_number else 0 end]) as place
    from replay_known
    group by transaction_id
),

-- versions that the lines of a transaction in a file belong to, in the order in which they grew
beside as (
    select
        known.transaction_id,
        known.origin_id,
        known.batch_id,
        known.content_hash
    from replay_known as known
    union
    select
        repeated.transaction_id,
        repeated.batch_id,
        -- older than any replay of it
        0,
        repeated.content_hash
    from scout.bronze_repeated_versions as repeated
    where
        repeated.source_id = cast(:source_id as smallint)
        and exists (
            select 1
            from fit
            where repeated.batch_id = fit.batch_id and repeated.transaction_id = fit.transaction_id
        )
    union
    select
        replayed.transaction_id,
        replayed.batch_id,
        replayed.replay_batch_id,
        known.content_hash
    from scout.quarantine as replayed
    inner join replay_known as known
        on replayed.transaction_id = known.transaction_id and replayed.replay_batch_id = known.batch_id
    where replayed.layer = 'bronze' and replayed.source_id = cast(:source_id as smallint)
),

companion as (
    select distinct on (beside.transaction_id, beside.origin_id)
        beside.transaction_id,
        beside.origin_id,
        beside.content_hash,
        known.store_id,
        known.batch_id
    from beside
    inner join replay_known as known
        on beside.transaction_id = known.transaction_id and beside.content_hash = known.content_hash
    where not cast(:is_by_record as boolean)
    order by beside.transaction_id asc, beside.origin_id asc, beside.batch_id desc, known.batch_id desc
)

select
    fit.transaction_id,
    fit.batch_id as origin_id,
    fit.record_number,
    companion.content_hash as companion_hash,
    companion.batch_id as companion_batch_id,
    coalesce(
        min(companion.store_id),
        cast(:store_id as integer),
        min(store.store_id),
        0
    ) as store_id,
    sha256(
        convert_to(
            current_setting('scout.pseudonym_inner')
            || coalesce(encode(companion.content_hash, 'hex') || e'\x1d', '')
            || string_agg(fit.content, e'\x1d' order by fit.line_number), 'UTF8'
        )
    ) as content_hash,
    count(*) as line_count,
    coalesce(array[fit.batch_id, fit.record_number] < newest_known.place, false) as is_superseded
from fit
left join newest_known on fit.transaction_id = newest_known.transaction_id
left join companion on fit.transaction_id = companion.transaction_id and fit.batch_id = companion.origin_id
left join scout.store_registry as store on fit.store_code = store.store_code
group by
    fit.transaction_id, fit.batch_id, fit.record_number, companion.content_hash, companion.batch_id,
    newest_known.place;
