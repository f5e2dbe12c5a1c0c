-- 0021_store_days: each SELECT returns what is missing.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.store_days'),
    ('ops.store_days_due'),
    ('ops.store_days_by_day'),
    ('ops.store_day_findings'),
    ('ops.store_day_findings_by_kind'),
    ('ops.store_day_overrides'),
    ('ops.store_day_overrides_by_day'),
    ('ops.v_store_day_standing'),
    ('ops.store_day_events'),
    ('ops.store_day_events_by_day')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing column' as problem,
    'ops.restatements.' || expected.name as object
from (
    values
    ('batch_id'),
    ('was_closed')
) as expected (name)
where
    not exists (
        select 1
        from pg_attribute as known
        where
            known.attrelid = to_regclass('ops.restatements')
            and known.attname = expected.name
            and not known.attisdropped
    );

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('ops.store_day_state(boolean, boolean, bigint, bigint)'),
    ('ops.month_is_closed(date)'),
    ('scout.why_did_it_change(text, date)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;
