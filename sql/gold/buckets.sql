-- buckets: the (store, business day) pairs that one gold transaction rebuilds.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table buckets (
    store_id integer not null,
    date_key date not null,
    cause text not null
) on commit drop;
