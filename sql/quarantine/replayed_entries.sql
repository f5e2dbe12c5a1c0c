-- replayed_entries: the entries of quarantine that one step of a replay has claimed.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table replayed_entries (
    store_id integer not null,
    quarantine_id bigint not null,
    source_id smallint not null,
    transaction_id text,
    primary key (store_id, quarantine_id)
) on commit drop;
