-- scout.dim_store: name and currency of the store that a mapping declares, as declared now.
-- reads:  -
-- params: store_code, store_name, currency_code
-- rerun:  safe, writes only what differs
update scout.dim_store
set store_name = :store_name, currency_code = :currency_code
where
    store_code = upper(btrim(:store_code))
    and is_registered
    and (store_name, currency_code) is distinct from (:store_name, :currency_code);
