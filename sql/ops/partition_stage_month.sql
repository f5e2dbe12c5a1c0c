-- a partition on its way back, with everything that attaching asks for; composed.
-- reads:  -
-- params: relation, parent, key_column, lower_bound, upper_bound
-- rerun:  made again when it was interrupted
create table {relation} (
    like {parent} including all excluding identity,
    constraint month_bounds check ({key_column} >= {lower_bound} and {key_column} < {upper_bound})
);
