-- waiting months: the months of sales that wait beyond the watermark, for the partitions of the run that takes them.
-- reads:  bronze/transactions_raw
-- params: source_id, last_xid, last_id, row_limit, sold_at_path, sold_at_others, time_pattern, time_iso, time_zone
-- rerun:  safe, read only
with waiting as (
    select
        coalesce(
            nullif(btrim(record.payload #>> cast(:sold_at_path as text[])), ''),
            (
                select btrim(record.payload ->> other.name)
                from unnest(cast(:sold_at_others as text[])) with ordinality as other (name, place)
                where btrim(record.payload ->> other.name) <> ''
                order by other.place
                limit 1
            )
        ) as sold_at_text
    from scout.bronze_transactions_raw as record
    where
        record.source_id = cast(:source_id as smallint)
        and scout.xid_number(record.ingest_xid) >= scout.xid_number(cast(:last_xid as xid8))
        and record.ingest_xid < pg_snapshot_xmin(pg_current_snapshot())
        and (record.ingest_xid, record.ingest_id) > (cast(:last_xid as xid8), cast(:last_id as bigint))
    limit cast(:row_limit as bigint)
),

days as (
    select distinct
        left(
            case
                when cast(:time_pattern as text) is null then sold_at_text
                else regexp_replace(sold_at_text, cast(:time_pattern as text), cast(:time_iso as text))
            end, 10
        ) as day_text
    from waiting
)

select distinct
    date_trunc('month', scout.parse_timestamp(day_text || ' 12:00:00', :time_zone) at time zone :time_zone)::date
        as month
from days
where scout.parse_timestamp(day_text || ' 12:00:00', :time_zone) is not null
order by month;
