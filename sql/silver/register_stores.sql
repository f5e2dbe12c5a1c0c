-- scout.store_registry: keys for the stores that reference records describe.
-- reads:  -
-- params: -
-- rerun:  safe, known codes are left as they are
insert into scout.store_registry (store_code)
select touched.code
from reference_touched as touched
where touched.kind = 'store'
order by touched.code
on conflict (store_code) do nothing;
