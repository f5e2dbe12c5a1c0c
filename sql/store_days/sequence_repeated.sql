-- found_findings: numbers that a device gave to several sales of the day.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the audit
with repeated as (
    select
        store_id,
        date_key,
        device_id,
        device_sequence,
        count(*) as sale_count,
        row_number() over (partition by store_id, date_key order by device_id, device_sequence) as place
    from day_sales
    where device_id is not null and device_sequence is not null
    group by store_id, date_key, device_id, device_sequence
    having count(*) > 1
)

insert into found_findings (store_id, date_key, finding, stage, severity, failing, observed, expected, details)
select
    store_id,
    date_key,
    'sequence_repeated',
    'audit',
    'error',
    sum(sale_count - 1),
    format('%s sales under a number that another one has', sum(sale_count - 1)),
    'a device gives each number once',
    jsonb_build_object(
        'numbers',
        jsonb_agg(
            jsonb_build_object('device_id', device_id, 'number', device_sequence, 'sales', sale_count) order by place
        ) filter (where place <= 5)
    )
from repeated
group by store_id, date_key;
