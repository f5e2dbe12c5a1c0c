-- 0047_freshness_of_open_months: each SELECT returns what is missing.
select
    'view is of an earlier version' as problem,
    'ops.v_data_freshness' as object
from (values ('is_sale_archived'), ('layer_open_from')) as expected (name)
where strpos(pg_get_viewdef(to_regclass('ops.v_data_freshness')), expected.name) = 0;
