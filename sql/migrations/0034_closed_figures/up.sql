-- 0034_closed_figures: a closed store-day keeps every figure that gold shows of it, and a finding ends with its rule.
alter table ops.store_days
add column closed_line_count bigint,
add column closed_gross_sales numeric,
add column closed_returns_value numeric,
add column closed_adjustments_value numeric,
add column closed_unique_customers bigint,
add column closed_avg_transaction_value numeric;
comment on column ops.store_days.closed_line_count is
'What gold showed when the day was closed, like the other figures; of a day that was closed before all of them were '
'kept, what it showed when that began.';

-- nobody knows any more what these were at the close; from now on their changes are told
update ops.store_days as store_day
set
    closed_line_count = shown.line_count,
    closed_gross_sales = shown.gross_sales,
    closed_returns_value = shown.returns_value,
    closed_adjustments_value = shown.adjustments_value,
    closed_unique_customers = shown.unique_customers,
    closed_avg_transaction_value = shown.avg_transaction_value
from scout.gold_daily_aggregates as shown
where
    store_day.state = 'closed'
    and store_day.store_id = shown.store_id
    and store_day.date_key = shown.date_key;
