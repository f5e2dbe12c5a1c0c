-- Which tables and days changed, or were labelled otherwise, since they were last checked, the earliest day first.
-- reads:  -
-- params: -
-- rerun:  reads only
with due as (
    select
        changed.check_date,
        changed.table_name
    from ops.v_due_checks as changed
    union
    select
        relabelled.check_date,
        relabelled.table_name
    from ops.v_relabelled_checks as relabelled
)

select
    due.check_date,
    array_agg(due.table_name) as table_names
from due
group by due.check_date
order by due.check_date;
