-- scout.dim_store: rows of registered stores are open again; nothing describes them any more.
-- reads:  -
-- params: -
-- rerun:  safe, to be run after the described versions are gone
update scout.dim_store
set valid_to = '9999-12-31', valid_to_at = '9999-12-31 00:00:00+00', is_current = true
where is_registered and (not is_current or valid_to <> '9999-12-31');
