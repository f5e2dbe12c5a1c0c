-- scout.dim_store: stores that occur in landing records of a source without store records, by code alone; silver is
-- told of them, because records may wait for them.
-- reads:  -
-- params: time_zone, currency_code
-- rerun:  safe, known stores are left as they are
with described as (
    insert into scout.dim_store (store_id, store_code, valid_to, valid_to_at, is_current, time_zone, currency_code)
    select
        registry.store_id,
        registry.store_code,
        coalesce(min(version.valid_from), '9999-12-31'),
        coalesce(min(version.valid_from_at), '9999-12-31 00:00:00+00'),
        count(version.store_id) = 0,
        :time_zone,
        :currency_code
    from scout.store_registry as registry
    left join scout.dim_store as version on registry.store_id = version.store_id and not version.is_registered
    where
        registry.store_code in (select landing_lines.store_code from landing_lines)
        and not exists (
            select 1
            from scout.dim_store as registered
            where registered.store_id = registry.store_id and registered.is_registered
        )
    group by registry.store_id, registry.store_code
    order by registry.store_id
    on conflict (store_id, valid_from) do nothing
    returning store_id
)

insert into ops.registered_stores (store_id)
select store_id
from described
order by store_id
on conflict (store_id) do nothing;
