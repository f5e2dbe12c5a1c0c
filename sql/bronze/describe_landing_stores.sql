-- scout.dim_store: stores that occur in landing records of a source without store records, by code alone.
-- reads:  -
-- params: time_zone, currency_code
-- rerun:  safe, known stores are left as they are
insert into scout.dim_store (store_id, store_code, time_zone, currency_code)
select
    registry.store_id,
    registry.store_code,
    :time_zone,
    :currency_code
from scout.store_registry as registry
where
    registry.store_code in (select landing_lines.store_code from landing_lines)
    and not exists (
        select 1
        from scout.dim_store as version
        where version.store_id = registry.store_id
    )
order by registry.store_id
on conflict (store_id, valid_from) do nothing;
