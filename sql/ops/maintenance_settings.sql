-- maintenance settings: how eagerly autovacuum looks after a month.
-- reads:  -
-- params: target, vacuum_share, insert_share, analyze_share, freeze_min_age
-- rerun:  safe, sets the same again
alter table {target} set (
    autovacuum_vacuum_scale_factor = {vacuum_share},
    autovacuum_vacuum_insert_scale_factor = {insert_share},
    autovacuum_analyze_scale_factor = {analyze_share},
    autovacuum_freeze_min_age = {freeze_min_age}
);
