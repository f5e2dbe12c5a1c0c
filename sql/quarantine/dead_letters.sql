-- dead letters: files that were refused, and entries that were refused again so often that nobody should wait for them.
-- reads:  bronze/quarantine
-- params: most_attempts
-- rerun:  safe, read only
with letters as (
    select
        entry.source_id,
        entry.layer = 'bronze' and entry.line_number is null as is_file,
        entry.attempts,
        entry.quarantined_at
    from scout.quarantine as entry
    where
        entry.status = 'open'
        and (entry.attempts >= :most_attempts or (entry.layer = 'bronze' and entry.line_number is null))
)

select
    source.source_name,
    count(*) as letter_count,
    count(*) filter (where letters.is_file) as file_count,
    max(letters.attempts) as attempts,
    min(letters.quarantined_at)::text as oldest_at
from letters
inner join scout.dim_source as source on letters.source_id = source.source_id
group by source.source_name
order by source.source_name;
