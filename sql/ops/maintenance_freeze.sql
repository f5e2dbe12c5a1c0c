-- maintenance freeze: marks all rows as old before their transaction ids run out, at a time of our choice.
-- reads:  -
-- params: target
-- rerun:  safe, the second time finds nothing
vacuum (freeze, skip_locked, truncate false) {target};
