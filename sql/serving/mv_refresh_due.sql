-- ops.mv_refresh_status: are the inputs of a view newer than its last refresh? Locks the view's row.
-- reads:  gold/customer_insights
-- params: view_name, input_name
-- rerun:  safe, makes the row at its first use
with known as (
    insert into ops.mv_refresh_status as status (view_name)
    values (:view_name)
    on conflict (view_name) do update set view_name = excluded.view_name
    returning status.input_version
)

select
    (
        select not relation.relispopulated
        from pg_class as relation
        where relation.oid = cast(:view_name as regclass)
    ) as is_unfilled,
    (known.input_version is distinct from newest.version_xid) as is_due,
    newest.version_xid::text as input_version
from known
inner join ops.input_versions as newest on newest.input_name = :input_name;
