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
        mention.content
    from window_contracts as sale
    cross join
        lateral jsonb_array_elements(
            case
                when jsonb_path_exists(sale.payload, 'strict $.nlp_brand_mentions[*]', silent => true)
                    then sale.payload -> 'nlp_brand_mentions'
                else '[]'::jsonb
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
    btrim(content ->> 'brand_name') as brand_name,
    nullif(btrim(content ->> 'variant'), '') as variant,
    scout.parse_measure(btrim(content ->> 'confidence')) as confidence,
    nullif(btrim(content ->> 'method'), '') as detection_method
from heard
where nullif(btrim(content ->> 'brand_name'), '') is not null
order by store_id, date_key, source_id, transaction_id, mention_number;
