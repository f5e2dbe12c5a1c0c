-- previous_figures: what the buckets showed before this transaction.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table previous_figures (
    store_id integer not null,
    date_key date not null,
    cause text not null,
    net_revenue numeric not null,
    units numeric not null,
    transaction_count bigint not null,
    is_closed boolean not null
) on commit drop;
