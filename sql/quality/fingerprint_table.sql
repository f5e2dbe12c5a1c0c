-- fingerprint: one table as one hash, whatever the ids, times and order of writing; composed with the table's name and
-- the columns that say when or by what a row was written.
-- reads:  -
-- params: table_name, left_out, relation
-- rerun:  safe, read only
select
    {table_name} as table_name,
    count(*) as row_count,
    -- a sum, not an xor: two equal rows must not cancel each other; the hash of a number does not see trailing zeros
    sum(jsonb_hash_extended(
        told.content
        - {left_out}::text[]
        || jsonb_build_object('store_id', store.store_code, 'source_id', source.source_name)
        -- when the voiding version came is the way there, that it came is not
        || case
            when told.content ? 'deleted_at'
                then jsonb_build_object('deleted_at', told.content ->> 'deleted_at' is not null)
            else '{{}}'
        end,
        0
    ))::text as content_hash
-- without the offset each mention of the content would make it anew, five times a row
from (select to_jsonb(written) as content from {relation} as written offset 0) as told
left join scout.store_registry as store on (told.content ->> 'store_id')::integer = store.store_id
left join scout.dim_source as source on (told.content ->> 'source_id')::smallint = source.source_id
