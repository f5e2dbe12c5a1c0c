-- scout.store_registry, scout.dim_store: the one store that a mapping declares for its whole source; silver is told of
-- a new one, because records may wait for it.
-- reads:  -
-- params: store_code, store_name, time_zone, currency_code
-- rerun:  safe; writes only what is new or differs, so that loads of one source need not wait for each other
with registered as (
    insert into scout.store_registry as known (store_code)
    values (upper(btrim(:store_code)))
    on conflict (store_code) do nothing
    returning known.store_id, known.store_code
),

store as (
    select
        store_id,
        store_code
    from registered
    union all
    select
        known.store_id,
        known.store_code
    from scout.store_registry as known
    where known.store_code = upper(btrim(:store_code)) and not exists (select 1 from registered)
),

described as (
    insert into scout.dim_store as known (
        store_id, store_code, valid_to, valid_to_at, is_current, store_name, time_zone, currency_code
    )
    select
        store.store_id,
        store.store_code,
        coalesce(min(version.valid_from), '9999-12-31'),
        coalesce(min(version.valid_from_at), '9999-12-31 00:00:00+00'),
        count(version.store_id) = 0,
        :store_name,
        :time_zone,
        :currency_code
    from store
    left join scout.dim_store as version on store.store_id = version.store_id and not version.is_registered
    group by store.store_id, store.store_code
    on conflict (store_id, valid_from) do update
        set store_name = excluded.store_name
        where excluded.store_name is not null and known.store_name is distinct from excluded.store_name
),

announced as (
    insert into ops.registered_stores (store_id)
    select store.store_id
    from store
    where
        not exists (
            select 1
            from scout.dim_store as known
            where known.store_id = store.store_id and known.is_registered
        )
    on conflict (store_id) do nothing
)

select store_id
from store;
