-- materialized views of these that are behind their inputs, as one word that changes with them; null when none is.
-- reads:  -
-- params: view_names
-- rerun:  safe, read only
select
    string_agg(
        split_part(view.view_name, '.', 2) || ' ' || view.changed_rows, ', '
        order by view.view_name
    ) as due_state
from ops.should_refresh_views() as view
where view.should_refresh and view.view_name = any(cast(:view_names as text[]));
