-- scout.dim_store, scout.place_aliases: what reference records described goes, to be described again.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, bronze is untouched; to be run before the records are emptied
with places as (
    delete from scout.place_aliases
    where place_level <> 'region'
)

delete from scout.dim_store as version
where version.store_code in (
    select record.code from scout.dimension_records as record
    where record.kind = 'store'
);
