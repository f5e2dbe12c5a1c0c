-- scout.gold_product_mix: one row per product and month that holds a bucket, over all stores, by its share of revenue.
-- Units and revenue are those of the months' codes; of the lines when some of these months wait to be computed there. A
-- month whose codes are not marked in a snapshot is, in that snapshot, what its lines add up to.
-- reads:  silver/transaction_items, silver/dim_product, gold/product_performance
-- params: first_month_day, last_month_day
-- rerun:  safe, the months' rows were removed in the same transaction
with touched_months as (
    select distinct date_trunc('month', date_key)::date as month
    from buckets
),

codes as (
    select
        exists(
            select 1
            from ops.dirty_buckets as mark
            where
                mark.layer = 'gold/product_performance'
                and date_trunc('month', mark.date_key)::date in (select touched.month from touched_months as touched)
        ) as wait
),

sold as (
    select
        touched.month,
        item.sku,
        count(*) as row_count,
        sum(item.quantity) as units,
        sum(item.subtotal) as net_revenue
    from scout.silver_transaction_items as item
    inner join touched_months as touched
        -- of a time without a zone: half the price
        on date_trunc('month', item.date_key::timestamp)::date = touched.month
    where
        (select codes.wait from codes)
        and item.date_key >= cast(:first_month_day as date)
        and item.date_key <= cast(:last_month_day as date)
    group by touched.month, item.sku
    union all
    select
        code.month,
        code.sku,
        1 as row_count,
        code.units,
        code.net_revenue
    from scout.gold_product_performance as code
    inner join touched_months as touched on code.month = touched.month
    where not (select codes.wait from codes)
),

ranked as (
    select
        sold.*,
        row_number() over best_first as revenue_rank,
        sum(sold.net_revenue) over best_first as cumulative_revenue,
        -- shares of a month that earned nothing say nothing
        nullif(greatest(sum(sold.net_revenue) over (partition by sold.month), 0), 0) as month_revenue
    from sold
    inner join scout.dim_product as product on sold.sku = product.sku
    where product.is_current and product.is_product
    window best_first as (partition by sold.month order by sold.net_revenue desc, sold.sku asc rows unbounded preceding)
),

written as (
    insert into scout.gold_product_mix (
        month, sku,
        units, net_revenue, revenue_share_pct, revenue_rank, cumulative_pct, is_pareto_80
    )
    select
        month,
        sku,
        units,
        net_revenue,
        round(100 * net_revenue / month_revenue, 4),
        revenue_rank,
        round(100 * cumulative_revenue / month_revenue, 4),
        -- the codes before it do not reach 80 %
        net_revenue > 0 and coalesce(cumulative_revenue - net_revenue < 0.8 * month_revenue, false)
    from ranked
    returning sku
)

select
    (select coalesce(sum(ranked.row_count), 0)::bigint from ranked) as rows_read,
    (select count(*) from written) as rows_written;
