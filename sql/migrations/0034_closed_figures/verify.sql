-- 0034_closed_figures: each SELECT returns what is missing.
select
    'missing column' as problem,
    'ops.store_days.' || expected.name as object
from (
    values
    ('closed_line_count'),
    ('closed_gross_sales'),
    ('closed_returns_value'),
    ('closed_adjustments_value'),
    ('closed_unique_customers'),
    ('closed_avg_transaction_value')
) as expected (name)
where
    not exists (
        select 1
        from pg_attribute as known
        where
            known.attrelid = to_regclass('ops.store_days')
            and known.attname = expected.name
            and not known.attisdropped
    );

select
    'old function' as problem,
    'ops.register_data_quality_rules(jsonb)' as object
where
    not exists (
        select 1
        from pg_proc as known
        where
            known.oid = to_regprocedure('ops.register_data_quality_rules(jsonb)')
            and known.prosrc like '%ended_findings%'
    );
