-- fingerprint: the calendar and the figures of the shop floor, one hash a table.
-- reads:  silver/dim_date
-- params: -
-- rerun:  safe, read only
with days as (
    select hashtextextended((to_jsonb(day) - 'updated_at')::text, 0) as row_hash
    from scout.dim_date as day
),

hashed as (
    select
        'scout.dim_date' as table_name,
        row_hash
    from days
)

select
    table_name,
    count(*) as row_count,
    -- a sum, not an xor: two equal rows must not cancel each other
    sum(row_hash)::text as content_hash
from hashed
group by table_name
order by table_name;
