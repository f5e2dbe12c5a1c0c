-- silver: what waits beside bronze records: sales to be computed again, and stores that landing registered.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select (select count(*) from ops.recalled_transactions) + (select count(*) from ops.registered_stores) as waiting_count;
