-- scout.gold_confidence: one row per store, business day of the buckets and metric: 40 points for the source, 20 each
-- for freshness, frequency and agreement, all from confidence_inputs and confidence_seen.
-- reads:  silver/transactions_cleaned, silver/store_metrics, silver/dim_store
-- params: -
-- rerun:  safe, the buckets' rows were removed in the same transaction
with scored as (
    select
        given.*,
        scout.source_points(given.metric_source) as source_points,
        least(20, given.newest_hour + 1)::smallint as freshness_points,
        seen.days_seen,
        seen.usual_gap_days,
        seen.frequency_points,
        coalesce(round(given.agreement_pct / 5), 0)::smallint as cross_validation_points
    from confidence_inputs as given
    inner join confidence_seen as seen
        on
            given.store_id = seen.store_id
            and given.metric_name = seen.metric_name
            and given.date_key = seen.date_key
),

summed as (
    select
        scored.*,
        scored.source_points + scored.freshness_points + scored.frequency_points + scored.cross_validation_points
            as confidence
    from scored
),

written as (
    insert into scout.gold_confidence (
        store_id, date_key, metric_name, is_critical, metric_value, metric_source, source_points, newest_hour,
        freshness_points, days_seen, usual_gap_days, frequency_points, agreement_pct, cross_validation_points,
        confidence, confidence_band
    )
    select
        store_id,
        date_key,
        metric_name,
        scout.is_critical_metric(metric_name),
        metric_value,
        metric_source,
        source_points,
        newest_hour,
        freshness_points,
        days_seen,
        usual_gap_days,
        frequency_points,
        agreement_pct,
        cross_validation_points,
        confidence,
        scout.confidence_band(confidence)
    from summed
    returning store_id
)

select
    (select coalesce(sum(confidence_inputs.input_count), 0)::bigint from confidence_inputs) as rows_read,
    (select count(*) from written) as rows_written;
