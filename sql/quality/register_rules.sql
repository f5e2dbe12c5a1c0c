-- ops.data_quality_rules: made equal to the declaration, one document {tables, rules}; the number of changed rows.
-- reads:  -
-- params: declared
-- rerun:  safe, a rule that did not change is not touched
select ops.register_data_quality_rules(cast(:declared as jsonb));
