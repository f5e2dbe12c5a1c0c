-- scout.dim_brand: the touched brands, as described last.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
with latest as (
    select distinct on (record.code)
        record.code,
        record.attributes
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'brand'
    order by record.code asc, record.valid_from desc
)

insert into scout.dim_brand (
    brand_name, brand_owner, is_tbwa_client, variants
)
select
    latest.code,
    latest.attributes ->> 'owner',
    (latest.attributes ->> 'is_tbwa_client')::boolean,
    array(
        select variant.word
        from
            jsonb_array_elements_text(
                case
                    when jsonb_typeof(latest.attributes -> 'variants') = 'array' then latest.attributes -> 'variants'
                    else '[]'
                end
            ) as variant (word)
        order by variant.word
    )
from latest
order by latest.code;
