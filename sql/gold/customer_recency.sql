-- scout.gold_customer_insights: recency of all customers, when the latest business day moved on.
-- reads:  gold/daily_aggregates
-- params: -
-- rerun:  safe, only rows whose recency is not right are written
with as_of as materialized (
    select scout.latest_business_day() as latest_day
)

update scout.gold_customer_insights as insight
set
    recency_days = greatest(as_of.latest_day - insight.last_purchase_date, 0),
    recency_score = scout.recency_score(greatest(as_of.latest_day - insight.last_purchase_date, 0)),
    segment = scout.customer_segment(
        scout.recency_score(greatest(as_of.latest_day - insight.last_purchase_date, 0)),
        insight.frequency_score,
        insight.monetary_score
    )
from as_of
where insight.recency_days <> greatest(as_of.latest_day - insight.last_purchase_date, 0);
