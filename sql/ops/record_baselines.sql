-- ops.performance_baselines: the figures of one benchmark result; those that are known stay as they are.
-- reads:  -
-- params: result
-- rerun:  safe, the same result adds nothing
with told as (
    select cast(:result as jsonb) as result
),

recorded as (
    insert into ops.performance_baselines (benchmark, metric, collected_at, value, unit, goal, revision, facts)
    select
        told.result ->> 'benchmark' as benchmark,
        figure.metric,
        (told.result ->> 'collected_at')::timestamptz as collected_at,
        figure.value,
        figure.unit,
        figure.goal,
        told.result ->> 'revision' as revision,
        told.result -> 'facts' as facts
    from told
    cross join
        lateral jsonb_to_recordset(told.result -> 'figures') as figure (
            metric text, value numeric, unit text, goal numeric
        )
    on conflict (benchmark, metric, collected_at) do nothing
    returning metric
)

select count(*) as recorded_count
from recorded;
