-- found_findings: sales that happened after they were received: the clock of the device is ahead.
-- reads:  bronze/ingestion_batches
-- params: tolerance_seconds
-- rerun:  safe, in the transaction of the audit
with ahead as (
    select
        sale.store_id,
        sale.date_key,
        sale.transaction_id,
        sale.device_id,
        extract(epoch from sale.sold_at - batch.received_at) as seconds_ahead
    from day_sales as sale
    inner join scout.bronze_ingestion_batches as batch on sale.batch_id = batch.batch_id
    where sale.sold_at > batch.received_at + make_interval(secs => :tolerance_seconds)
),

numbered as (
    select
        ahead.*,
        row_number() over (partition by ahead.store_id, ahead.date_key order by ahead.transaction_id) as place
    from ahead
)

insert into found_findings (store_id, date_key, finding, stage, severity, failing, observed, expected, details)
select
    store_id,
    date_key,
    'clock_ahead',
    'audit',
    'warning',
    count(*),
    format('%s sales sold after they were received, up to %s minutes', count(*), ceil(max(seconds_ahead) / 60)),
    'a sale is received after it is sold',
    jsonb_build_object(
        'sales',
        jsonb_agg(
            jsonb_build_object('transaction_id', transaction_id, 'device_id', device_id) order by place
        ) filter (where place <= 5)
    )
from numbered
group by store_id, date_key;
