-- 0034_closed_figures, undone.
alter table ops.store_days
drop column closed_line_count,
drop column closed_gross_sales,
drop column closed_returns_value,
drop column closed_adjustments_value,
drop column closed_unique_customers,
drop column closed_avg_transaction_value;
