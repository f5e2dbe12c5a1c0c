-- maintenance reindex: builds an index anew beside readers and writers; when killed it leaves an invalid _ccnew.
-- reads:  -
-- params: target
-- rerun:  safe, builds once more
reindex index concurrently {target};
