-- top regions: net revenue by region over all days, largest first.
-- reads:  gold/regional_performance
-- params: region_limit
-- rerun:  safe, read only
select
    region,
    sum(transaction_count)::bigint as transaction_count,
    sum(net_revenue) as net_revenue,
    round(100 * sum(net_revenue) / nullif(sum(sum(net_revenue)) over (), 0), 2) as share_pct
from scout.gold_regional_performance
group by region
order by sum(net_revenue) desc, region asc
limit cast(:region_limit as bigint);
