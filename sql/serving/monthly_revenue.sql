-- monthly revenue: what each store took in each month.
-- reads:  gold/store_performance
-- params: -
-- rerun:  safe, read only
select
    to_char(figure.month, 'YYYY-MM') as month,
    store.store_code,
    store.currency_code,
    figure.transaction_count,
    figure.units,
    figure.gross_sales,
    figure.returns_value,
    figure.adjustments_value,
    figure.net_revenue,
    figure.unique_customers
from scout.gold_store_performance as figure
inner join scout.dim_store as store on figure.store_id = store.store_id and store.is_current
order by figure.month, store.store_code;
