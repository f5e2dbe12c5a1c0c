-- scout.why_did_it_change: what happened to the figures of a store-day, oldest first.
-- reads:  -
-- params: store_code, day
-- rerun:  reads only
select
    happened_at,
    what,
    detail,
    who,
    batch_id,
    file_name
from scout.why_did_it_change(cast(:store_code as text), cast(:day as date));
