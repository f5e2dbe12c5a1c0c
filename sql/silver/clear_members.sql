-- a dimension or feed: the touched members go, to be described again; composed with table, column and kind.
-- reads:  -
-- params: relation, kind, code
-- rerun:  safe, in the transaction of the window
delete from {relation} as stale
using reference_touched as touched
where touched.kind = {kind} and stale.{code} = touched.code;
