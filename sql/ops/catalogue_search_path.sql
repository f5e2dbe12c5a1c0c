-- catalogue search path: with no search path every name is written in full.
-- reads:  -
-- params: -
-- rerun:  safe, until the savepoint is rolled back
select set_config('search_path', '', true);
