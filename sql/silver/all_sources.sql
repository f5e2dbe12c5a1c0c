-- scout.dim_source: every source that ever delivered.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select
    source_id,
    source_name
from scout.dim_source
order by source_id;
