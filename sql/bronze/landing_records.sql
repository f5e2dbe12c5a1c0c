-- landing_records: the columns of one file shape as text, in the order of arrival; composed from the header.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table landing_records (
    ordinal bigint generated always as identity,
    line_number bigint,
    batch_id bigint not null default current_setting('scout.batch_id')::bigint,
    {columns}
) on commit drop;
