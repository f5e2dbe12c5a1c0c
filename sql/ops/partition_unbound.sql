-- an attached partition needs no constraint beside its bounds; composed.
-- reads:  -
-- params: relation
-- rerun:  in the transaction that attaches it
alter table {relation} drop constraint month_bounds;
