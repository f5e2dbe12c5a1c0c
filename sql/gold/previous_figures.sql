-- previous_figures: what the buckets of past and of closed days showed before this transaction.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table previous_figures (
    store_id integer not null,
    date_key date not null,
    cause text not null,
    net_revenue numeric,
    units numeric,
    transaction_count bigint,
    was_closed boolean not null,
    batch_id bigint
) on commit drop;
