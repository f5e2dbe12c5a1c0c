-- rows written so far to the inputs of a view.
-- reads:  -
-- params: view_name
-- rerun:  safe, read only
select coalesce(sum(version.changed_rows), 0)::bigint as changed_rows
from ops.mv_inputs as input
inner join ops.input_versions as version on input.input_name = version.input_name
where input.view_name = :view_name;
