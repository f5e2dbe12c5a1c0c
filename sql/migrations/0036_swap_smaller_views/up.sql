-- 0036_swap_smaller_views: a view of 2,000 rows is swapped as well, if its last measured refresh changed a fifth of it.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF02

create or replace function ops.refresh_strategy(p_view text) returns text
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select
        case
            when
                status.changed_pct >= 20 and status.row_count >= 2000 and status.swaps_since_measured < 10
                and not exists (select 1 from ops.swap_obstacles(p_view::regclass))
                then 'swap'
            else 'concurrently'
        end
    from (select p_view as view_name) as asked
    left join ops.mv_refresh_status as status on asked.view_name = status.view_name;
end;
comment on function ops.refresh_strategy(text) is
'What auto does: swap a view of some size of which the last measured refresh changed a large share. Both limits are '
'measured (docs/decisions/0019).';
