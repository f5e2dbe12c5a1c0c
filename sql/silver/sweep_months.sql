-- the months of receipt (UTC, their first days) of which bronze may have records.
-- reads:  bronze/ingestion_batches
-- params: -
-- rerun:  safe, read only
select distinct date_trunc('month', batch.received_at at time zone 'utc')::date as month
from scout.bronze_ingestion_batches as batch
where batch.lines_loaded > 0
order by month;
