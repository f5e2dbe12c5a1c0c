-- ops.store_days: where the number lies that follows one of a day which changed, the gap before it may be another one.
-- reads:  silver/transactions_cleaned
-- params: -
-- rerun:  safe, due days stay due
with numbers as (
    select distinct
        sale.store_id,
        sale.date_key,
        sale.device_id,
        sale.device_sequence
    from day_sales as sale
    inner join audited_days on sale.store_id = audited_days.store_id and sale.date_key = audited_days.date_key
    where audited_days.is_changed and sale.device_id is not null and sale.device_sequence is not null
),

in_day as (
    select
        numbers.device_id,
        numbers.device_sequence,
        lead(numbers.device_sequence) over (
            partition by numbers.store_id, numbers.date_key, numbers.device_id order by numbers.device_sequence
        ) as later_number
    from numbers
),

-- numbers that went with an earlier version leave a gap to the next one
asked as (
    select
        device_id,
        device_sequence
    from in_day
    where later_number is distinct from device_sequence + 1
    union
    select
        older_numbers.device_id,
        older_numbers.device_sequence
    from older_numbers
    inner join audited_days
        on older_numbers.store_id = audited_days.store_id and older_numbers.date_key = audited_days.date_key
    -- a day that is only rechecked passes nothing on, or two days would make each other due for ever
    where
        audited_days.is_changed and older_numbers.device_id is not null and older_numbers.device_sequence is not null
),

following as (
    select distinct
        sale.store_id,
        sale.date_key
    from asked
    inner join scout.silver_transactions_cleaned as sale on asked.device_id = sale.device_id
    where
        sale.device_sequence = (
            select min(next_sale.device_sequence)
            from scout.silver_transactions_cleaned as next_sale
            where next_sale.device_id = asked.device_id and next_sale.device_sequence > asked.device_sequence
        )
),

concerned as (
    select
        known.store_id,
        known.date_key
    from ops.store_days as known
    inner join following on known.store_id = following.store_id and known.date_key = following.date_key
    where known.audited_at is not null and not known.is_due
    order by known.store_id, known.date_key
    for update of known skip locked
)

update ops.store_days as known
set is_due = true
from concerned
where known.store_id = concerned.store_id and known.date_key = concerned.date_key;
