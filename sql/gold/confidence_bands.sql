-- ops.v_quality_bands: how many figures of the newest day lie in each band, by metric, for the catalogue.
-- reads:  gold/confidence
-- params: -
-- rerun:  safe, read only
select
    band.date_key,
    band.metric_name,
    band.excellent_count,
    band.good_count,
    band.fair_count,
    band.poor_count,
    band.avg_confidence
from ops.v_quality_bands as band
where band.date_key = (select max(newest.date_key) from scout.gold_confidence as newest)
order by band.metric_name;
