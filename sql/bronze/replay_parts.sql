-- replay_parts: of which kept lines each replayed record is made.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table replay_parts (
    store_id integer not null,
    quarantine_id bigint not null,
    batch_id bigint not null,
    line_number bigint not null,
    primary key (store_id, quarantine_id)
) on commit drop;
