-- scout.store_registry, scout.dim_store: the one store that a mapping declares for its whole source.
-- reads:  -
-- params: store_code, store_name, time_zone, currency_code
-- rerun:  safe, upserts; a store with a history of its own is left as reference records describe it
with registered as (
    insert into scout.store_registry as known (store_code)
    values (upper(btrim(:store_code)))
    on conflict (store_code) do update set store_code = excluded.store_code
    returning known.store_id, known.store_code
),

described as (
    insert into scout.dim_store as known (store_id, store_code, store_name, time_zone, currency_code)
    select
        registered.store_id,
        registered.store_code,
        :store_name,
        :time_zone,
        :currency_code
    from registered
    where
        not exists (
            select 1
            from scout.dim_store as version
            where version.store_id = registered.store_id and version.valid_from > '0001-01-01'
        )
    on conflict (store_id, valid_from) do update
        set store_name = coalesce(excluded.store_name, known.store_name)
)

select store_id
from registered;
