-- scout.dim_store: what reference records described goes, to be described again.
-- reads:  -
-- params: -
-- rerun:  safe, bronze is untouched
delete from scout.dim_store
where not is_registered;
