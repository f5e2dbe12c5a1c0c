-- statistics of the parsed lines: without them the planner sorts where it should hash.
-- reads:  -
-- params: -
-- rerun:  safe
analyze window_parsed (content_hash, sku, description), window_rejected;
