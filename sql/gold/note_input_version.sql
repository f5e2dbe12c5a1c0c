-- ops.input_versions: this transaction changed a table on which materialized views stand, by so many rows.
-- reads:  -
-- params: input_name, row_count
-- rerun:  counts again what is written again
select ops.note_input_change(:input_name, cast(:row_count as bigint));
