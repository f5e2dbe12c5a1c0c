-- replay_lines: what the claimed lines say.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
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
