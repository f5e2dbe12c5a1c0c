-- scout.store_registry: store codes that occur in landing records and have no key yet.
-- reads:  -
-- params: -
-- rerun:  safe, known codes are left as they are
insert into scout.store_registry (store_code)
select distinct landing_lines.store_code
from landing_lines
where landing_lines.store_code is not null
order by landing_lines.store_code
on conflict (store_code) do nothing;
