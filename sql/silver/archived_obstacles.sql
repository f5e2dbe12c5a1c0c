-- archived: why whole months of silver cannot be computed again: frozen days, and sales whose records are not here.
-- reads:  -
-- params: first_day, end_day
-- rerun:  safe, read only
with chosen as (
    select
        cast(:first_day as date) as first_day,
        cast(:end_day as date) as end_day
)

select
    chosen.first_day < ops.silver_open_from() as is_frozen,
    ops.silver_open_from()::text as open_from,
    (
        select array_agg(distinct to_char(frozen.month, 'YYYY-MM') order by to_char(frozen.month, 'YYYY-MM'))
        from ops.archived_months as frozen
        where frozen.layer = 'silver'
    ) as silver_months,
    (
        select array_agg(distinct to_char(frozen.month, 'YYYY-MM') order by to_char(frozen.month, 'YYYY-MM'))
        from ops.archived_months as frozen
        inner join scout.bronze_ingestion_batches as batch
            on frozen.month = date_trunc('month', batch.received_at at time zone 'UTC')::date
        inner join scout.bronze_transaction_versions as version on batch.batch_id = version.batch_id
        inner join scout.silver_transaction_keys as known
            on version.source_id = known.source_id and version.transaction_id = known.transaction_id
        where
            frozen.layer = 'bronze'
            and known.date_key >= chosen.first_day
            and known.date_key < chosen.end_day
    ) as bronze_months
from chosen;
