-- scout.dim_store: the one store that a mapping declares for its whole source.
-- reads:  -
-- params: store_code, store_name, time_zone, currency_code
-- rerun:  safe, upsert on store_code
insert into scout.dim_store as known (store_code, store_name, time_zone, currency_code)
values (upper(btrim(:store_code)), :store_name, :time_zone, :currency_code)
on conflict (store_code) do update
    set store_name = coalesce(excluded.store_name, known.store_name)
returning known.store_id;
