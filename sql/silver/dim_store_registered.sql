-- scout.dim_store: the rows of registered stores end where the first described version begins, whichever came first.
-- reads:  -
-- params: -
-- rerun:  safe, writes only what differs
with described as (
    select
        store_id,
        min(valid_from) as valid_from,
        min(valid_from_at) as valid_from_at
    from scout.dim_store
    where not is_registered
    group by store_id
)

update scout.dim_store as registered
set valid_to = described.valid_from, valid_to_at = described.valid_from_at, is_current = false
from described
where
    registered.store_id = described.store_id
    and registered.is_registered
    and (registered.valid_to, registered.valid_to_at, registered.is_current)
    is distinct from (described.valid_from, described.valid_from_at, false);
