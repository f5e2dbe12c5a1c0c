-- Every table, view and index of this migration, its functions by signature, and the layer in the registry.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('scout.gold_confidence'),
    ('scout.gold_confidence_by_day'),
    ('scout.v_daily_aggregates_with_confidence'),
    ('scout.v_store_metrics_with_confidence'),
    ('ops.v_quality_bands'),
    ('ops.reconciliation_sweeps'),
    ('ops.sweep_findings'),
    ('ops.sweep_findings_waiting')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('scout.is_critical_metric(text)'),
    ('scout.is_daily_metric(text)'),
    ('scout.source_points(text)'),
    ('scout.agreement_pct(numeric,numeric)'),
    ('scout.confidence_band(integer)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;

select
    'missing layer' as problem,
    expected.follows as object
from (values ('transactions'), ('store_metrics')) as expected (follows)
where
    not exists (
        select 1
        from ops.bucket_layers as known
        where known.layer = 'gold/confidence' and known.follows = expected.follows
    );
