drop index scout.quarantine_waiting;
alter table scout.quarantine drop column waits_for, drop column transaction_id;
alter table scout.dim_source drop constraint dim_source_grain_check;
alter table scout.dim_source add constraint dim_source_grain_check check (grain in ('line', 'transaction'));
drop table scout.dim_campaign;
drop table scout.dim_device;
drop table scout.dim_category;
drop table scout.dim_brand;
drop function scout.parse_coordinate(text);
drop function scout.parse_date(text);
drop function scout.norm_citymun(text);
drop function scout.norm_region(text);
drop function scout.resolve_place(text, text);
drop function scout.place_key(text);
drop table scout.place_aliases;
drop table scout.dim_barangay;
drop table scout.dim_city;
drop table scout.dim_province;
drop table scout.dim_region;
drop table scout.dimension_records;

delete from scout.dim_product
where not is_current;
alter table scout.dim_product
drop constraint dim_product_period,
drop constraint dim_product_pkey,
drop column barcode,
drop column pack_size,
drop column list_price,
drop column category,
drop column brand_name,
drop column local_name,
drop column is_derived,
drop column is_current,
drop column valid_to,
drop column valid_from,
add constraint dim_product_pkey primary key (sku);
comment on table scout.dim_product is
'One row per upper-cased code. The description is the most frequent one of its lines, ties broken alphabetically.';

delete from scout.dim_store
where not is_current;
drop index scout.dim_store_by_code;
alter table scout.dim_store
drop constraint dim_store_period,
drop constraint dim_store_pkey,
drop column closed_on,
drop column opened_on,
drop column closes_at,
drop column opens_at,
drop column longitude,
drop column latitude,
drop column barangay,
drop column city,
drop column province,
drop column region,
drop column economic_class,
drop column store_type,
drop column is_registered,
drop column is_current,
drop column valid_to_at,
drop column valid_from_at,
drop column valid_to,
drop column valid_from,
alter column store_id add generated always as identity,
add constraint dim_store_pkey primary key (store_id),
add constraint dim_store_store_code_key unique (store_code);
select setval('scout.dim_store_store_id_seq', greatest(max(store_id), 1), max(store_id) > 0)
from scout.store_registry;
comment on table scout.dim_store is
'One row per store. Store 0 stands for "unknown": records whose store is not declared.';
drop table scout.store_registry;
