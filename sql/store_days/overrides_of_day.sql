-- ops.store_day_overrides: who accepted what of a store-day, oldest first.
-- reads:  -
-- params: store_code, day
-- rerun:  reads only
select
    override.finding,
    override.observed,
    override.overridden_by,
    override.reason,
    override.overridden_at
from ops.store_day_overrides as override
inner join scout.store_registry as registry on override.store_id = registry.store_id
where registry.store_code = upper(btrim(cast(:store_code as text))) and override.date_key = cast(:day as date)
order by override.override_id;
