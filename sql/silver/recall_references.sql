-- recalled_references: reference records of earlier windows that this one takes again; none but in a replay.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table recalled_references (
    store_id integer not null,
    ingest_id bigint not null,
    primary key (store_id, ingest_id)
) on commit drop;
