-- scout.place_aliases: spellings of the touched places go, to be written again.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the window
delete from scout.place_aliases as stale
using reference_touched as touched
where stale.place_level = touched.kind and stale.code = touched.code;
