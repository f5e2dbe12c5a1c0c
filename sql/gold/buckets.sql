-- buckets: the (store, business day) pairs that one gold transaction rebuilds.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table buckets (
    store_id integer not null,
    date_key date not null,
    -- of a bounded length, so that no table for long values is made beside it: that is half the price of making it
    cause varchar(63) not null
) on commit drop;
