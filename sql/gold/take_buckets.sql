-- ops.dirty_buckets: takes the marks of a layer's next batch: the newest ones, down to the first months without any
-- (one more than empty_months), with all others of the days or months in which they lie; deleted before the facts are
-- read, so that a change that commits later marks again. A layer of stores takes everything at once. Marks of archived
-- days wait for their month.
-- reads:  -
-- params: layer, grain, before, bucket_limit, empty_months
-- rerun:  safe, marks come back when the transaction fails
with open_from as (
    select ops.layer_open_from(:layer) as day
),

newest as (
    select
        date_key,
        date_trunc('month', date_key) + make_interval(months => 1 + cast(:empty_months as integer))
        < lag(date_trunc('month', date_key)) over newest_first as is_apart
    from (
        select mark.date_key
        from ops.dirty_buckets as mark
        where
            mark.layer = :layer and mark.date_key < :before
            and mark.date_key >= (select open_from.day from open_from)
        order by mark.date_key desc
        limit cast(:bucket_limit as bigint)
    ) as mark
    window newest_first as (order by date_key desc)
),

unbroken as (
    select
        date_key,
        count(*) filter (where is_apart) over (order by date_key desc) as gap_count
    from newest
),

batch as (
    select
        case cast(:grain as text)
            when 'store' then date '0001-01-01'
            else date_trunc(cast(:grain as text), min(date_key))::date
        end as first_day
    from unbroken
    where gap_count = 0
),

taken as (
    delete from ops.dirty_buckets as mark
    where
        mark.layer = :layer
        and mark.date_key < :before
        and mark.date_key >= greatest((select batch.first_day from batch), (select open_from.day from open_from))
    returning mark.store_id, mark.date_key, mark.cause
),

placed as (
    insert into buckets (store_id, date_key, cause)
    select
        store_id,
        date_key,
        cause
    from taken
    returning date_key
)

select
    (select batch.first_day from batch) as first_day,
    (select count(*) from placed) as bucket_count,
    exists(
        select 1
        from ops.dirty_buckets as mark
        where
            mark.layer = :layer and mark.date_key < (select batch.first_day from batch)
            and mark.date_key >= (select open_from.day from open_from)
    ) as has_older;
