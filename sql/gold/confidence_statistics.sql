-- statistics of what the batch computes confidence from: the planner chooses its joins by their number.
-- reads:  -
-- params: -
-- rerun:  safe
analyze confidence_inputs;
