-- sweep_missing: the sales and reference records of a month that the sweep does not find downstream.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table sweep_missing (
    source_id smallint not null,
    transaction_id text not null,
    store_id integer not null,
    received_date date not null,
    is_reference boolean not null,
    problem text not null,
    primary key (source_id, transaction_id)
) on commit drop;
