-- Days of a check whose sales are archived, the first and the last, and the first day that can be asked about.
-- reads:  -
-- params: relations, days
-- rerun:  reads only
select
    min(asked.day) as first_day,
    max(asked.day) as last_day,
    max(known.kept_from) as kept_from
from (
    select
        declared.day_grain,
        ops.quality_kept_from(declared) as kept_from
    from ops.data_quality_tables as declared
    where declared.table_name = any(cast(:relations as text[]))
) as known
cross join unnest(cast(:days as date[])) as asked (day)
where date_trunc(replace(known.day_grain, 'table', 'day'), asked.day)::date < known.kept_from
having count(*) > 0;
