-- ops.mv_refresh_status: how many rows a view had after its last refresh.
-- reads:  -
-- params: view_name
-- rerun:  safe, read only
select status.row_count
from ops.mv_refresh_status as status
where status.view_name = :view_name;
