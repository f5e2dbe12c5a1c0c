-- found_findings: sales of which the version that counts was received long after the day had ended.
-- reads:  bronze/ingestion_batches
-- params: late_seconds
-- rerun:  safe, in the transaction of the audit
insert into found_findings (store_id, date_key, finding, stage, severity, failing, observed, expected)
select
    sale.store_id,
    sale.date_key,
    'received_late',
    'audit',
    'info',
    count(*),
    format(
        '%s sales received up to %s days after the day', count(*),
        ceil(max(extract(epoch from batch.received_at - audited_days.ends_at)) / 86400)
    ),
    format('received within %s hours', round(cast(:late_seconds as numeric) / 3600))
from day_sales as sale
inner join audited_days on sale.store_id = audited_days.store_id and sale.date_key = audited_days.date_key
inner join scout.bronze_ingestion_batches as batch on sale.batch_id = batch.batch_id
where batch.received_at > audited_days.ends_at + make_interval(secs => :late_seconds)
group by sale.store_id, sale.date_key;
