-- scout.place_aliases: spellings of places from reference records go, to be written again; those of regions stay.
-- reads:  -
-- params: -
-- rerun:  safe, bronze is untouched
delete from scout.place_aliases
where place_level <> 'region';
