-- found_findings: sales of the day that were sent again with other content.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the audit
with resent as (
    select
        older.store_id,
        older.date_key,
        older.transaction_id,
        row_number() over (partition by older.store_id, older.date_key order by older.transaction_id) as place
    from (
        select distinct
            store_id,
            date_key,
            source_id,
            transaction_id
        from older_numbers
    ) as older
)

insert into found_findings (store_id, date_key, finding, stage, severity, failing, observed, expected, details)
select
    store_id,
    date_key,
    'resent_changed',
    'audit',
    'info',
    count(*),
    format('%s sales sent again with other content', count(*)),
    'a sale is sent once, or again as it was',
    jsonb_build_object('sales', jsonb_agg(transaction_id order by place) filter (where place <= 5))
from resent
group by store_id, date_key;
