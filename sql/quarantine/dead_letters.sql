-- dead letters: files that were refused, and entries that were refused again so often that nobody should wait for them.
-- reads:  bronze/quarantine
-- params: most_attempts
-- rerun:  safe, read only
with letters as (
    select
        source.source_name,
        case when entry.line_number is null and entry.layer = 'bronze' then 1 else 0 end as file_count,
        entry.attempts,
        entry.quarantined_at
    from scout.quarantine as entry
    inner join scout.dim_source as source on entry.source_id = source.source_id
    where
        entry.status = 'open'
        and (
            entry.attempts >= :most_attempts
            or (entry.layer = 'bronze' and entry.line_number is null)
        )
)

select
    letters.source_name,
    count(*) as letter_count,
    sum(letters.file_count) as file_count,
    max(letters.attempts) as attempts,
    min(letters.quarantined_at)::text as oldest_at
from letters
group by letters.source_name
order by letters.source_name;
