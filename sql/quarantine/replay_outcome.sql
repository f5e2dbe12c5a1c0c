-- scout.quarantine: what became of the claimed entries of one step, and where the next step goes on.
-- reads:  bronze/quarantine
-- params: after_id
-- rerun:  safe, read only
with refused as (
    select
        entry.reason_code,
        count(*) as entry_count
    from replayed_entries as claimed
    inner join scout.quarantine as entry
        on claimed.store_id = entry.store_id and claimed.quarantine_id = entry.quarantine_id
    where entry.status = 'open'
    group by entry.reason_code
)

select
    count(*) as claimed,
    count(*) filter (where entry.status = 'replayed') as entered,
    count(*) filter (where entry.status = 'open') as refused,
    (select coalesce(jsonb_object_agg(refused.reason_code, refused.entry_count), '{}') from refused) as reasons,
    greatest(coalesce(max(entry.quarantine_id), 0), :after_id) as last_id
from replayed_entries as claimed
inner join scout.quarantine as entry
    on claimed.store_id = entry.store_id and claimed.quarantine_id = entry.quarantine_id;
