-- previous_figures: what the buckets of past and of closed days showed before this transaction.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table previous_figures (
    store_id integer not null,
    date_key date not null,
    cause text not null,
    transaction_count bigint,
    line_count bigint,
    units numeric,
    gross_sales numeric,
    returns_value numeric,
    adjustments_value numeric,
    net_revenue numeric,
    unique_customers bigint,
    avg_transaction_value numeric,
    was_closed boolean not null,
    batch_id bigint
) on commit drop;
