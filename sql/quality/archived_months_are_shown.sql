-- promise: gold shows of each archived month of silver what its sales were worth, and silver keeps every later month.
-- reads:  gold/daily_aggregates
-- params: -
-- rerun:  safe, read only
with shown as (
    select
        date_trunc('month', date_key)::date as month,
        sum(net_revenue) as net_revenue
    from scout.gold_daily_aggregates
    where date_key < (select ops.silver_kept_from())
    group by date_trunc('month', date_key)::date
),

broken as (
    select
        to_char(archived.month, 'YYYY-MM') as month,
        archived.sales_value as archived_value,
        shown.net_revenue as gold_value
    from ops.archived_months as archived
    left join shown on archived.month = shown.month
    where archived.layer = 'silver' and archived.sales_value <> coalesce(shown.net_revenue, 0)
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
