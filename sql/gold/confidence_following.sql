-- scout.gold_confidence: the figures of the 28 days after a bucket, which came more or less often by it than they did.
-- reads:  gold/confidence
-- params: -
-- rerun:  safe, what did not change is not written
update scout.gold_confidence as figure
set
    days_seen = seen.days_seen,
    usual_gap_days = seen.usual_gap_days,
    frequency_points = seen.frequency_points,
    confidence = figure.confidence - figure.frequency_points + seen.frequency_points,
    confidence_band
    = scout.confidence_band(figure.confidence - figure.frequency_points + seen.frequency_points),
    refreshed_at = now()
from confidence_seen as seen
where
    figure.store_id = seen.store_id
    and figure.metric_name = seen.metric_name
    and figure.date_key = seen.date_key
    and (figure.days_seen, figure.usual_gap_days, figure.frequency_points)
    is distinct from (seen.days_seen, seen.usual_gap_days, seen.frequency_points);
