-- new_versions: the versions that this load registers first.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table new_versions (
    batch_id bigint not null,
    transaction_id text not null,
    content_hash bytea not null,
    store_id integer not null,
    line_count bigint not null,
    first_ordinal bigint not null
) on commit drop;
