-- scout.silver_brand_mentions: the brands that a device heard in the sales of the window.
-- reads:  silver/transactions_cleaned
-- params: -
-- rerun:  safe, rows of older versions were removed in the same transaction
with heard as (
    select
        sale.store_id,
        sale.date_key,
        sale.source_id,
        sale.transaction_id,
        mention.mention_number,
        mention.content,
        case
            when jsonb_typeof(mention.content) = 'string' then scout.mask_free_text(btrim(mention.content #>> '{}'))
            else btrim(mention.content ->> 'brand_name')
        end as brand_name
    from window_contracts as sale
    cross join
        lateral jsonb_array_elements(
            case jsonb_typeof(sale.payload -> 'nlp_brand_mentions')
                when 'array' then sale.payload -> 'nlp_brand_mentions'
                when 'object' then jsonb_build_array(sale.payload -> 'nlp_brand_mentions')
                -- names behind one another
                when 'string' then to_jsonb(regexp_split_to_array(sale.payload ->> 'nlp_brand_mentions', '[,;|]'))
            end
        ) with ordinality as mention (content, mention_number)
)

insert into scout.silver_brand_mentions (
    store_id, date_key, source_id, transaction_id, mention_number, brand_name, variant, confidence, detection_method
)
select
    store_id,
    date_key,
    source_id,
    transaction_id,
    mention_number,
    brand_name,
    nullif(btrim(content ->> 'variant'), '') as variant,
    scout.parse_measure(btrim(content ->> 'confidence')) as confidence,
    nullif(btrim(content ->> 'method'), '') as detection_method
from heard
where brand_name <> ''
order by store_id, date_key, source_id, transaction_id, mention_number;
