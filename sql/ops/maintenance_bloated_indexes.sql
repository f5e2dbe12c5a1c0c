-- maintenance bloated indexes: B-trees that take more pages than their entries need, by estimate.
-- An entry is 8 bytes of header, its columns by their average width, rounded up to 8, and 4 bytes of pointer; a page
-- holds 8,152 bytes of them and is filled to the fill factor. Equal entries are stored once, which the estimate does
-- not know: it can only say too little bloat. Columns without statistics (expressions) leave an index out.
-- reads:  -
-- params: least_bytes, least_pct, again_days
-- rerun:  safe, reads only
with trees as (
    select
        index.indexrelid,
        index.indrelid,
        format('%I.%I', namespace.nspname, relation.relname) as index_name,
        relation.relpages as page_count,
        greatest(relation.reltuples, 0) as entry_count,
        coalesce(
            substring(array_to_string(relation.reloptions, ' ') from 'fillfactor=(\d+)')::numeric, 90
        ) as filled_pct,
        index.indnatts as column_count
    from pg_index as index
    inner join pg_class as relation on index.indexrelid = relation.oid
    inner join pg_am on relation.relam = pg_am.oid
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    where
        pg_am.amname = 'btree'
        and relation.relkind = 'i'
        and relation.relpersistence <> 't'
        and index.indisvalid
        and namespace.nspname in ('scout', 'ops')
        and relation.relpages * current_setting('block_size')::bigint >= :least_bytes
),

widths as (
    select
        trees.indexrelid,
        count(seen.attname) as known_columns,
        sum(seen.avg_width * (1 - seen.null_frac)) as column_bytes,
        max(seen.null_frac) as null_frac
    from trees
    inner join pg_attribute as part on trees.indexrelid = part.attrelid
    inner join pg_class as owner_relation on trees.indrelid = owner_relation.oid
    inner join pg_namespace as namespace on owner_relation.relnamespace = namespace.oid
    inner join pg_stats as seen
        on
            namespace.nspname = seen.schemaname
            and owner_relation.relname = seen.tablename
            and part.attname = seen.attname
            and not seen.inherited
    group by trees.indexrelid
),

estimates as (
    select
        trees.index_name,
        trees.page_count,
        1 + ceil(
            trees.entry_count
            * (
                4 + 8 * ceil(
                    (8 + case when widths.null_frac > 0 then 8 else 0 end + widths.column_bytes) / 8.0
                )
            )
            / (8152 * trees.filled_pct / 100)
        ) as needed_pages
    from trees
    inner join widths on trees.indexrelid = widths.indexrelid
    where widths.known_columns = trees.column_count
)

select
    index_name,
    (page_count * current_setting('block_size')::bigint)::bigint as byte_count,
    round(100 * (page_count - needed_pages) / page_count)::integer as bloat_pct
from estimates
where
    100 * (page_count - needed_pages) >= :least_pct * page_count
    -- what a rebuild did not mend is not bloat
    and not exists (
        select 1
        from ops.maintenance_log as done
        where
            done.table_name = estimates.index_name
            and done.action = 'reindex'
            and done.outcome = 'done'
            and done.started_at > now() - make_interval(days => :again_days)
    )
order by page_count - needed_pages desc;
