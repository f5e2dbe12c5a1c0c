-- window: what one window brought, for the report of its materialization.
-- reads:  -
-- params: -
-- rerun:  safe, read only
with touched as (
    select
        store_id,
        date_key
    from window_transactions
    union
    select
        store_id,
        date_key
    from window_superseded
),

months as (
    select array_agg(distinct to_char(date_key, 'YYYY-MM-01') order by to_char(date_key, 'YYYY-MM-01')) as first_days
    from touched
)

select
    (select count(*) from window_parsed) as lines_read,
    (select count(*) from window_rejected) as lines_rejected,
    (
        select coalesce(sum(latest.line_count), 0)::bigint
        from window_transactions as latest
        where latest.deleted_at is null
    ) as lines_written,
    (select count(*) from window_transactions) as transactions_written,
    (select count(*) from window_superseded) as transactions_superseded,
    (select count(*) from touched) as buckets_marked,
    (select max(latest.sold_at) from window_transactions as latest) as last_event_at,
    coalesce(months.first_days, '{}') as months
from months;
