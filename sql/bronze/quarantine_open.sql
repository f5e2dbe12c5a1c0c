-- scout.quarantine: entries by status, layer and reason.
-- reads:  bronze/quarantine
-- params: -
-- rerun:  safe, read only
select
    status,
    layer,
    reason_code,
    count(*) as entry_count
from scout.quarantine
group by status, layer, reason_code
order by count(*) desc, layer asc, reason_code asc;
