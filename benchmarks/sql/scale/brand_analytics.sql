-- Every brand of the range: what it sold, at what price, and its share of all.
select
    brand_name,
    sum(net_revenue) as net_revenue,
    sum(units) as units,
    round(sum(net_revenue) / nullif(sum(units), 0), 4) as avg_unit_price,
    round(100 * sum(net_revenue) / nullif(sum(sum(net_revenue)) over (), 0), 4) as revenue_share_pct
from scout.v_live_brand_day
where date_key >= %(from)s and date_key < %(to)s
group by brand_name
order by net_revenue desc;
