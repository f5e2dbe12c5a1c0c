-- ops.v_due_checks: which tables and days changed since they were last checked, the earliest day first.
-- reads:  -
-- params: -
-- rerun:  reads only
select
    due.check_date,
    array_agg(due.table_name) as table_names
from ops.v_due_checks as due
group by due.check_date
order by due.check_date;
