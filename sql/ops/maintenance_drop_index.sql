-- maintenance drop index: removes an invalid left-over beside readers and writers.
-- reads:  -
-- params: target
-- rerun:  safe, an index that is gone is no error
drop index concurrently if exists {target};
