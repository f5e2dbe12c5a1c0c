-- statistics of the touched members: without them the planner takes a catalogue for a handful of rows.
-- reads:  -
-- params: -
-- rerun:  safe
analyze reference_touched;
