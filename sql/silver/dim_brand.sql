-- scout.dim_brand: the touched brands, as they stand today.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
insert into scout.dim_brand (
    brand_name, brand_owner, is_tbwa_client, variants
)
select
    record.code,
    record.attributes ->> 'owner',
    (record.attributes ->> 'is_tbwa_client')::boolean,
    array(
        select variant.word
        from
            jsonb_array_elements_text(
                case
                    when jsonb_typeof(record.attributes -> 'variants') = 'array' then record.attributes -> 'variants'
                    else '[]'
                end
            ) as variant (word)
        order by variant.word
    )
from records_in_force as record
where record.kind = 'brand'
order by record.code;
