-- month: why it may not be archived yet, a row for each reason; none when it may.
-- reads:  -
-- params: layer, relations, month, as_of
-- rerun:  safe, read only
with chosen as (
    select
        cast(:month as date) as month,
        (cast(:month as date) + interval '1 month')::date as end_day,
        cast(:layer as text) as layer,
        cast(:relations as text[]) as relations
),

-- the days whose figures freeze with it: to the end of the week that it cuts
frozen as (
    select
        chosen.*,
        date_trunc('week', chosen.end_day + 6)::date as open_from
    from chosen
),

cursor_position as (
    select
        coalesce(max(watermark.last_xid), '0'::xid8) as last_xid,
        coalesce(max(watermark.last_id), 0) as last_id
    from ops.streaming_watermarks as watermark
    where watermark.stream = 'silver/transactions_cleaned'
)

select 'the month is not over' as obstacle
from frozen
-- a day more: somewhere it is still yesterday
where frozen.end_day >= (cast(:as_of as timestamptz) at time zone 'UTC')::date
union all
select to_char(returning_month.month, 'YYYY-MM') || ' is being restored; `scout partitions restore` ends that first'
from ops.archived_months as returning_month
cross join frozen
where returning_month.layer = frozen.layer and returning_month.state = 'restoring'
union all
select 'it has no partition'
from frozen
where
    not exists (
        select 1
        from ops.partitions as part
        where part.relation = any(frozen.relations) and part.month = frozen.month
    )
union all
select to_char(earlier.month, 'YYYY-MM') || ' is older and not archived; silver is archived oldest first'
from (
    select min(part.month) as month
    from ops.partitions as part
    where part.relation = any(cast(:relations as text[])) and part.month >= ops.silver_kept_from()
) as earlier
cross join frozen
where frozen.layer = 'silver' and earlier.month < frozen.month
union all
select count(*) || ' buckets wait for gold; run `scout run`'
from ops.dirty_buckets as mark
cross join frozen
where frozen.layer = 'silver' and mark.date_key < frozen.open_from and mark.date_key >= ops.silver_open_from()
having count(*) > 0
union all
select count(*) || ' sales wait to be computed again; run `scout run`'
from ops.recalled_transactions as recalled
inner join scout.silver_transaction_keys as known
    on recalled.source_id = known.source_id and recalled.transaction_id = known.transaction_id
cross join frozen
where
    frozen.layer = 'silver' and known.date_key < frozen.open_from
    and not ops.is_sale_archived(recalled.source_id, recalled.transaction_id)
having count(*) > 0
union all
select 'the figures of the last 90 business days, to ' || max(shown.date_key) || ', still read it'
from scout.gold_daily_aggregates as shown
cross join frozen
where frozen.layer = 'silver'
having max(shown.date_key) - 90 < max(frozen.open_from)
union all
select
    'gold shows ' || coalesce(gold.total, 0) || ' where silver has ' || coalesce(silver.total, 0)
    || '; run `scout check`'
from frozen
cross join
    lateral (
        select sum(shown.net_revenue) as total
        from scout.gold_daily_aggregates as shown
        where shown.date_key >= frozen.month and shown.date_key < frozen.end_day
    ) as gold
cross join
    lateral (
        select sum(sale.peso_value) as total
        from scout.silver_transactions_cleaned as sale
        where sale.date_key >= frozen.month and sale.date_key < frozen.end_day and sale.deleted_at is null
    ) as silver
where frozen.layer = 'silver' and gold.total is distinct from silver.total
union all
select 'records of it wait for silver; run `scout run`'
from frozen
cross join cursor_position
where
    frozen.layer = 'bronze'
    and exists (
        select 1
        from scout.bronze_transactions_raw as record
        where
            record.received_at >= frozen.month::timestamp at time zone 'UTC'
            and record.received_at < frozen.end_day::timestamp at time zone 'UTC'
            and (record.ingest_xid, record.ingest_id) > (cursor_position.last_xid, cursor_position.last_id)
    );
