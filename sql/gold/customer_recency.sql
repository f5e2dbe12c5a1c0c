-- scout.gold_customer_insights: recency of all customers, when the latest business day moved on. Judged once for each
-- day of a last purchase: days are few, customers many.
-- reads:  gold/daily_aggregates
-- params: -
-- rerun:  safe, only rows whose recency is not right are written
with as_of as materialized (
    select scout.latest_business_day() as latest_day
),

last_days as materialized (
    select
        days.last_purchase_date,
        days.recency_days,
        scout.recency_score(days.recency_days) as recency_score
    from (
        select distinct
            insight.last_purchase_date,
            greatest(as_of.latest_day - insight.last_purchase_date, 0) as recency_days
        from scout.gold_customer_insights as insight
        cross join as_of
    ) as days
)

update scout.gold_customer_insights as insight
set
    recency_days = last_days.recency_days,
    recency_score = last_days.recency_score,
    segment = scout.customer_segment(
        last_days.recency_score, insight.frequency_score, insight.monetary_score
    )
from last_days
where
    insight.last_purchase_date = last_days.last_purchase_date
    and insight.recency_days <> last_days.recency_days;
