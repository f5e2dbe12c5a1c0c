-- monthly revenue: what the stores of each currency took in each month; customers are counted over month and stores.
-- reads:  gold/store_performance, silver/transactions_cleaned
-- params: -
-- rerun:  safe, read only
with customers as (
    select
        date_trunc('month', sale.date_key)::date as month,
        store.currency_code,
        count(distinct sale.customer_id) as customer_count
    from scout.silver_transactions_cleaned as sale
    inner join scout.dim_store as store on sale.store_id = store.store_id and store.is_current
    where sale.deleted_at is null and sale.date_key >= (select ops.silver_kept_from())
    group by date_trunc('month', sale.date_key)::date, store.currency_code
),

-- of an archived month gold has the figures, and this its customers over all stores
archived_customers as (
    select
        archived.month,
        count(customer.customer_id) as customer_count
    from ops.archived_months as archived
    left join ops.archived_customers as customer on archived.month = customer.month
    where archived.layer = 'silver'
    group by archived.month
),

months as (
    select
        figure.month,
        store.currency_code,
        count(*) over (partition by figure.month) as currency_count,
        count(*) as store_count,
        sum(figure.transaction_count)::bigint as transaction_count,
        sum(figure.units) as units,
        sum(figure.gross_sales) as gross_sales,
        sum(figure.returns_value) as returns_value,
        sum(figure.adjustments_value) as adjustments_value,
        sum(figure.net_revenue) as net_revenue
    from scout.gold_store_performance as figure
    inner join scout.dim_store as store on figure.store_id = store.store_id and store.is_current
    group by figure.month, store.currency_code
)

select
    to_char(months.month, 'YYYY-MM') as month,
    months.currency_code,
    months.store_count as stores,
    months.transaction_count,
    months.units,
    months.gross_sales,
    months.returns_value,
    months.adjustments_value,
    months.net_revenue,
    case
        when archived_customers.month is null then coalesce(customers.customer_count, 0)
        -- who bought in which currency of an archived month is in its file alone
        when months.currency_count = 1 then archived_customers.customer_count
    end as unique_customers
from months
left join customers on months.month = customers.month and months.currency_code = customers.currency_code
left join archived_customers on months.month = archived_customers.month
order by months.month, months.currency_code;
