-- the tables of reference records: gone before the next source of the same window.
-- reads:  -
-- params: -
-- rerun:  safe
drop table if exists
reference_window, reference_touched, records_in_force, known_clients, known_stores, known_products, window_rejected;
