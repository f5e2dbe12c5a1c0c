-- ops.store_days: days with a gap into which a number falls that came with a day which changed are due.
-- reads:  -
-- params: -
-- rerun:  safe, due days stay due
with gaps as (
    select
        finding.store_id,
        finding.date_key,
        gap.device_id,
        gap.after,
        gap.before
    from ops.store_day_findings as finding
    cross join
        lateral jsonb_to_recordset(finding.details -> 'gaps') as gap (device_id text, after bigint, before bigint)
    where finding.finding = 'sequence_gap' and finding.store_id in (select audited_days.store_id from audited_days)
),

came as (
    select
        sale.store_id,
        sale.device_id,
        sale.device_sequence
    from day_sales as sale
    inner join audited_days on sale.store_id = audited_days.store_id and sale.date_key = audited_days.date_key
    -- a day that is only rechecked passes nothing on, or two days would make each other due for ever
    where audited_days.is_changed and sale.device_id is not null and sale.device_sequence is not null
    union
    select
        older_numbers.store_id,
        older_numbers.device_id,
        older_numbers.device_sequence
    from older_numbers
    inner join audited_days
        on older_numbers.store_id = audited_days.store_id and older_numbers.date_key = audited_days.date_key
    where audited_days.is_changed
),

concerned as (
    select
        known.store_id,
        known.date_key
    from ops.store_days as known
    where
        not known.is_due
        and exists (
            select 1
            from gaps
            inner join came
                on
                    gaps.store_id = came.store_id
                    and gaps.device_id = came.device_id
                    and gaps.after < came.device_sequence
                    and gaps.before > came.device_sequence
            where gaps.store_id = known.store_id and gaps.date_key = known.date_key
        )
    order by known.store_id, known.date_key
    for update of known skip locked
)

update ops.store_days as known
set is_due = true
from concerned
where known.store_id = concerned.store_id and known.date_key = concerned.date_key;
