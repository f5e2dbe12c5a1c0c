-- scout.gold_confidence: the figures of the newest day that are trusted least, for the catalogue.
-- reads:  gold/confidence
-- params: row_limit
-- rerun:  safe, read only
select
    registry.store_code,
    figure.date_key,
    figure.metric_name,
    figure.metric_value,
    figure.metric_source,
    figure.confidence,
    figure.confidence_band,
    figure.source_points,
    figure.freshness_points,
    figure.frequency_points,
    figure.cross_validation_points
from scout.gold_confidence as figure
inner join scout.store_registry as registry on figure.store_id = registry.store_id
where figure.date_key = (select max(newest.date_key) from scout.gold_confidence as newest)
order by figure.is_critical desc, figure.confidence asc, registry.store_code asc, figure.metric_name asc
limit cast(:row_limit as bigint);
