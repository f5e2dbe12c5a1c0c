-- fingerprint: what the customer segments say; apart, because a view that was never filled cannot be read.
-- reads:  serving/mv_customer_segments
-- params: -
-- rerun:  safe, read only
select
    'scout.mv_customer_segments' as table_name,
    count(*) as row_count,
    sum(hashtextextended(jsonb_build_array(
        segment,
        customer_count,
        trim_scale(monetary),
        trim_scale(avg_monetary),
        trim_scale(avg_frequency),
        trim_scale(avg_recency_days)
    )::text, 0))::text as content_hash
from scout.mv_customer_segments
having count(*) > 0;
