-- ops.store_days: days with a gap into which a number falls that went to quarantine since are due.
-- reads:  bronze/quarantine
-- params: -
-- rerun:  safe, due days stay due
with gaps as (
    select
        finding.store_id,
        finding.date_key,
        finding.last_found_at,
        gap.device_id,
        gap.after,
        gap.before
    from ops.store_day_findings as finding
    cross join
        lateral jsonb_to_recordset(finding.details -> 'gaps') as gap (device_id text, after bigint, before bigint)
    where finding.finding = 'sequence_gap'
),

refused as (
    select
        btrim(entry.payload ->> 'device_id') as device_id,
        btrim(entry.payload ->> 'sequence')::bigint as device_sequence,
        entry.quarantined_at
    from scout.quarantine as entry
    where
        entry.payload is not null
        and entry.quarantined_at > (select min(gaps.last_found_at) from gaps)
        and btrim(entry.payload ->> 'sequence') ~ '^[0-9]{1,15}$'
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
            inner join refused
                on
                    gaps.device_id = refused.device_id
                    and gaps.after < refused.device_sequence
                    and gaps.before > refused.device_sequence
                    and gaps.last_found_at < refused.quarantined_at
            where gaps.store_id = known.store_id and gaps.date_key = known.date_key
        )
    order by known.store_id, known.date_key
    for update of known skip locked
)

update ops.store_days as known
set is_due = true
from concerned
where known.store_id = concerned.store_id and known.date_key = concerned.date_key;
