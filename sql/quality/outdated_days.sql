-- ops.data_quality_results: days of these, or with an open finding, that a rule as it is declared now was not asked of.
-- reads:  -
-- params: relation, days, first_date, until
-- rerun:  reads only
with declared as (
    select
        known.day_grain,
        ops.quality_kept_from(known) as kept_from
    from ops.data_quality_tables as known
    where known.table_name = :relation
),

asked as (
    select
        known.rule_id,
        known.version,
        unnest(cast(:days as date[])) as metric_date
    from ops.data_quality_rules as known
    where known.table_name = :relation and known.is_active
    union
    select
        known.rule_id,
        known.version,
        issue.metric_date
    from ops.data_quality_rules as known
    inner join ops.data_quality_tables as declared on known.table_name = declared.table_name
    inner join ops.data_quality_issues as issue on known.rule_id = issue.rule_id
    where
        known.table_name = :relation
        and known.is_active
        and declared.day_grain <> 'table'
        and issue.status = 'open'
        and issue.severity <> 'info'
        and issue.metric_date >= coalesce(cast(:first_date as date), '-infinity')
        and issue.metric_date < coalesce(cast(:until as date), 'infinity')
)

select distinct asked.metric_date
from asked
cross join declared
where
    -- the sales of earlier days are archived
    date_trunc(replace(declared.day_grain, 'table', 'day'), asked.metric_date)::date >= declared.kept_from
    and not exists (
        select 1
        from ops.data_quality_results as result
        where
            result.rule_id = asked.rule_id
            and result.metric_date = asked.metric_date
            and result.rule_version = asked.version
    )
order by asked.metric_date;
