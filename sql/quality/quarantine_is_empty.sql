-- promise: no file, line or record waits in quarantine.
-- reads:  bronze/quarantine
-- params: -
-- rerun:  safe, read only
with broken as (
    select
        layer,
        reason_code,
        count(*) as entry_count,
        min(quarantined_at) as oldest_at
    from scout.quarantine
    where status = 'open'
    group by layer, reason_code
)

select
    coalesce(sum(broken.entry_count), 0)::bigint as violations,
    coalesce(
        (
            select jsonb_agg(to_jsonb(example))
            from (
                select * from broken
                order by entry_count desc, reason_code asc
                limit 5
            ) as example
        ), '[]'
    ) as sample
from broken;
