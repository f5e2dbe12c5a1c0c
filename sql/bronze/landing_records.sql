-- landing_records: the columns of one file shape as text, in the order of arrival; composed from the header.
-- reads:  -
-- params: columns
-- rerun:  safe, the table is dropped with the transaction
create temporary table landing_records (
    ordinal bigint generated always as identity,
    -- the key that the record will have in bronze: the registry of versions can say where it lies
    ingest_id bigint not null default nextval('scout.bronze_transactions_raw_ingest_id_seq'),
    line_number bigint,
    batch_id bigint not null default current_setting('scout.batch_id')::bigint,
    {columns}
) on commit drop;
