-- scout.dim_store: the described versions of the touched stores go, to be written again; a registered row stays, open.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, in the transaction of the window
with stale as (
    delete from scout.dim_store as version
    using reference_touched as touched
    where touched.kind = 'store' and version.store_code = touched.code and not version.is_registered
)

update scout.dim_store as registered
set valid_to = '9999-12-31', valid_to_at = '9999-12-31 00:00:00+00', is_current = false
from reference_touched as touched
where
    touched.kind = 'store'
    and registered.store_code = touched.code
    and registered.is_registered
    -- a store that nobody described keeps its only row as it is
    and exists (
        select 1
        from scout.dimension_records as record
        where record.kind = 'store' and record.code = registered.store_code
    );
