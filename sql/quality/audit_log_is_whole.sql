-- promise: the audit log is as it was written; no entry of it was altered or removed since.
-- reads:  -
-- params: -
-- rerun:  safe, read only
with entries as (
    select
        entry.entry_number,
        entry.previous_hash,
        entry.row_hash,
        ops.audit_digest(entry) as digest,
        lag(entry.entry_number, 1, 0::bigint) over in_order as number_before,
        lag(entry.row_hash, 1, ''::bytea) over in_order as hash_before
    from ops.audit_log as entry
    window in_order as (order by entry.entry_number, entry.logged_at)
),

newest as (
    select
        coalesce(max(entries.entry_number), 0) as entry_number,
        coalesce((array_agg(entries.row_hash order by entries.entry_number desc))[1], ''::bytea) as row_hash
    from entries
),

broken as (
    select
        entries.entry_number,
        case
            when entries.row_hash <> entries.digest then 'it was altered'
            when entries.entry_number <> entries.number_before + 1
                then 'what followed ' || entries.number_before || ' is gone'
            else 'it does not follow the one before it'
        end as problem
    from entries
    where
        entries.row_hash <> entries.digest
        -- a missing entry shows here too
        or entries.previous_hash <> entries.hash_before
    union all
    select
        newest.entry_number,
        'it is not the entry that was written last' as problem
    from newest
    where
        not exists (
            select 1
            from ops.audit_head as head
            where head.entry_number = newest.entry_number and head.row_hash = newest.row_hash
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
