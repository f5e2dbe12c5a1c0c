-- recalled_transactions: the sources that have any.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select
    source.source_id,
    source.source_name
from scout.dim_source as source
where source.source_id in (select recalled.source_id from recalled_transactions as recalled)
order by source.source_id;
