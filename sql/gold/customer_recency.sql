-- scout.gold_customer_insights: recency of all customers, when the latest business day moved on.
-- reads:  gold/daily_aggregates
-- params: -
-- rerun:  safe, only rows whose recency is not right are written
with as_of as (
    select max(date_key) as latest_day
    from scout.gold_daily_aggregates
)

update scout.gold_customer_insights as insight
set
    recency_days = as_of.latest_day - insight.last_purchase_date,
    recency_score = scout.recency_score(as_of.latest_day - insight.last_purchase_date),
    segment = scout.customer_segment(
        scout.recency_score(as_of.latest_day - insight.last_purchase_date),
        insight.frequency_score,
        insight.monetary_score
    )
from as_of
where insight.recency_days <> as_of.latest_day - insight.last_purchase_date;
