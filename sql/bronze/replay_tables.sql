-- replay_lines, replay_parts: what the claimed lines say, and of which kept lines each record is made.
-- reads:  -
-- params: -
-- rerun:  safe, the tables are dropped with the transaction
create temporary table replay_lines (
    batch_id bigint not null,
    line_number bigint not null,
    transaction_id text,
    store_code text,
    reason_code text,
    detail text not null default '',
    content text,
    payload jsonb,
    primary key (batch_id, line_number)
) on commit drop;
create temporary table replay_parts (
    store_id integer not null,
    quarantine_id bigint not null,
    batch_id bigint not null,
    line_number bigint not null,
    primary key (store_id, quarantine_id)
) on commit drop;
