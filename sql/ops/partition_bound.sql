-- a detached partition, bounded again: attaching then reads no row; composed.
-- reads:  -
-- params: relation, key_column, lower_bound, upper_bound
-- rerun:  in the transaction that attaches it
alter table {relation}
add constraint month_bounds check ({key_column} >= {lower_bound} and {key_column} < {upper_bound});
