-- maintenance state: size and counters of one table or index, for the log.
-- reads:  -
-- params: relation
-- rerun:  safe, reads only
select
    jsonb_strip_nulls(
        jsonb_build_object(
            'bytes', relation.relpages * current_setting('block_size')::bigint,
            'known_rows', nullif(relation.reltuples, -1)::bigint,
            'dead_rows', seen.n_dead_tup,
            'inserted_rows', seen.n_ins_since_vacuum,
            'changed_rows', seen.n_mod_since_analyze,
            'frozen_age', case when relation.relfrozenxid <> '0' then age(relation.relfrozenxid) end,
            'settings', to_jsonb(relation.reloptions),
            'all_changes', (
                select sum(part.n_tup_ins + part.n_tup_upd + part.n_tup_del)
                from pg_inherits
                inner join pg_stat_all_tables as part on pg_inherits.inhrelid = part.relid
                where pg_inherits.inhparent = relation.oid and relation.relkind = 'p'
            )
        )
    ) as state
from pg_class as relation
left join pg_stat_all_tables as seen on relation.oid = seen.relid
where relation.oid = to_regclass(:relation);
