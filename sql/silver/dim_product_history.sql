-- scout.dim_product: the versions of the touched products; records that change nothing make no version.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the products' versions were removed in the same transaction
with versions as (
    select
        record.code,
        record.valid_from,
        record.attributes,
        lag(record.attributes) over (partition by record.code order by record.valid_from) as previous
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'product'
),

changes as (
    select
        code,
        valid_from,
        attributes
    from versions
    where previous is distinct from attributes
),

periods as (
    select
        changes.*,
        lead(changes.valid_from) over (partition by changes.code order by changes.valid_from) as next_from
    from changes
)

insert into scout.dim_product (
    sku, valid_from, valid_to, is_current, is_derived, is_product,
    description, local_name, brand_name, category, list_price, pack_size, barcode
)
select
    code,
    valid_from,
    coalesce(next_from, '9999-12-31'),
    next_from is null,
    false,
    true,
    btrim(attributes ->> 'product_name'),
    nullif(btrim(attributes ->> 'local_name'), ''),
    nullif(btrim(attributes ->> 'brand_name'), ''),
    btrim(attributes ->> 'category'),
    scout.parse_decimal(attributes ->> 'unit_price'),
    nullif(btrim(attributes ->> 'pack_size'), ''),
    nullif(btrim(attributes ->> 'barcode'), '')
from periods
order by code, valid_from;
