-- quarantine: open entries by layer and reason.
-- reads:  bronze/quarantine
-- params: -
-- rerun:  safe, read only
select
    layer,
    reason_code,
    count(*) as entry_count,
    count(distinct batch_id) as file_count
from scout.quarantine
where status = 'open'
group by layer, reason_code
order by count(*) desc, layer asc, reason_code asc;
