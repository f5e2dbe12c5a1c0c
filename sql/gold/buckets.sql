-- buckets: the (store, business day) pairs that one gold transaction rebuilds. Made once a connection: each table would
-- otherwise make and drop it, which costs more than to take what few pairs there are.
-- reads:  -
-- params: -
-- rerun:  safe, the table is empty when a transaction begins
create temporary table if not exists buckets (
    store_id integer not null,
    date_key date not null,
    cause text not null
) on commit delete rows;
