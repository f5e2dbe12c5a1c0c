-- ops.data_quality_registry: whether the declaration of this digest was registered last, and nothing changed since.
-- reads:  -
-- params: digest
-- rerun:  reads only
select count(*) > 0 as is_registered
from ops.data_quality_registry as registry
where registry.digest = :digest and registry.row_versions = ops.data_quality_row_versions();
