-- window_rejected: whole sales of the window whose business day is archived, or that would change an archived one. They
-- wait for that month: figures of it can be computed again when it is restored.
-- reads:  silver/dim_store
-- params: -
-- rerun:  safe, in the transaction of the window; costs nothing while nothing is archived
insert into window_rejected (store_id, ingest_xid, ingest_id, reason_code, waits_for)
with kept as (
    select
        ops.silver_kept_from() as first_day,
        ops.silver_open_from() as open_from
),

frozen_days as (
    select
        parsed.source_id,
        parsed.transaction_id,
        (parsed.sold_at at time zone store.time_zone)::date as date_key
    from window_parsed as parsed
    inner join scout.dim_store as store
        on
            parsed.store_id = store.store_id
            and parsed.sold_at >= store.valid_from_at
            and parsed.sold_at < store.valid_to_at
    where
        (select kept.open_from from kept) > '-infinity'
        -- a day more: the business day may be another one than that in UTC
        and parsed.sold_at < (select kept.open_from + 1 from kept)
    union all
    select
        known.source_id,
        known.transaction_id,
        known.date_key
    from window_parsed as parsed
    inner join scout.silver_transaction_keys as known
        on parsed.source_id = known.source_id and parsed.transaction_id = known.transaction_id
    where (select kept.open_from from kept) > '-infinity'
),

frozen_sales as (
    select
        frozen_days.source_id,
        frozen_days.transaction_id,
        -- of a week that is cut by the archive, the month that is missing
        least(min(frozen_days.date_key), min(kept.first_day) - 1) as first_day
    from frozen_days
    cross join kept
    where frozen_days.date_key < kept.open_from
    group by frozen_days.source_id, frozen_days.transaction_id
)

select distinct
    parsed.store_id,
    parsed.ingest_xid,
    parsed.ingest_id,
    case when frozen_sales.first_day is not null then 'archived_month' end as reason_code,
    'month/' || to_char(frozen_sales.first_day, 'YYYY-MM') as waits_for
from frozen_sales
inner join window_parsed as parsed
    on frozen_sales.source_id = parsed.source_id and frozen_sales.transaction_id = parsed.transaction_id
where
    not exists (
        select 1
        from window_rejected as rejected
        where rejected.store_id = parsed.store_id and rejected.ingest_id = parsed.ingest_id
    );
