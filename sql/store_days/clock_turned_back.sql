-- found_findings: sales that a device counted later and timed earlier than one before: its clock was set in between.
-- reads:  -
-- params: tolerance_seconds
-- rerun:  safe, in the transaction of the audit
with ordered as (
    select
        store_id,
        date_key,
        device_id,
        device_sequence,
        transaction_id,
        sold_at,
        max(sold_at) over (
            partition by store_id, date_key, device_id
            order by device_sequence, transaction_id
            rows between unbounded preceding and 1 preceding
        ) as latest_before
    from day_sales
    where device_id is not null and device_sequence is not null
),

turned as (
    select
        ordered.store_id,
        ordered.date_key,
        ordered.device_id,
        ordered.device_sequence,
        extract(epoch from ordered.latest_before - ordered.sold_at) as seconds_back,
        row_number() over (
            partition by ordered.store_id, ordered.date_key order by ordered.device_id, ordered.device_sequence
        ) as place
    from ordered
    where ordered.sold_at < ordered.latest_before - make_interval(secs => :tolerance_seconds)
)

insert into found_findings (store_id, date_key, finding, stage, severity, failing, observed, expected, details)
select
    store_id,
    date_key,
    'clock_turned_back',
    'audit',
    'warning',
    count(*),
    format(
        '%s sales timed before one that was counted earlier, up to %s minutes', count(*), ceil(max(seconds_back) / 60)
    ),
    'what a device counts later it sells later',
    jsonb_build_object(
        'numbers',
        jsonb_agg(jsonb_build_object('device_id', device_id, 'number', device_sequence) order by place)
        filter (where place <= 5)
    )
from turned
group by store_id, date_key;
