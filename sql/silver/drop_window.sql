-- the window's tables: gone before the next source of the same window.
-- reads:  -
-- params: -
-- rerun:  safe
drop table if exists
window_unread,
window_contracts,
window_superseded,
window_transactions,
window_attributes,
window_versions,
window_rejected,
window_parsed,
window_documents,
known_products,
rebuild_transactions
cascade;
