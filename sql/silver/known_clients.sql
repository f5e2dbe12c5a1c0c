-- known_clients: which of the touched brands were clients before the window described them.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table known_clients on commit drop as
select
    touched.code as brand_name,
    coalesce(brand.is_tbwa_client, false) as was_client
from reference_touched as touched
left join scout.dim_brand as brand on touched.code = brand.brand_name
where touched.kind = 'brand';
