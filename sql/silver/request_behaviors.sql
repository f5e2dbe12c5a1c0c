-- scout.silver_request_behaviors: how the customers of the window asked, and what was suggested to them.
-- reads:  silver/transactions_cleaned
-- params: modes, types
-- rerun:  safe, rows of older versions were removed in the same transaction
insert into scout.silver_request_behaviors (
    store_id, date_key, source_id, transaction_id,
    request_mode, request_type, suggestion_offered, suggestion_accepted, duration_seconds, handshake_score,
    asked_brand, final_brand, nlp_confidence_score
)
with observed as (
    select
        sale.store_id,
        sale.date_key,
        sale.source_id,
        sale.transaction_id,
        cast(:modes as jsonb) ->> lower(btrim(sale.payload ->> 'request_mode')) as request_mode,
        cast(:types as jsonb) ->> lower(btrim(sale.payload ->> 'request_type')) as request_type,
        case lower(btrim(sale.payload ->> 'suggestion_offered')) when 'true' then true when 'false' then false end
            as suggestion_offered,
        case lower(btrim(sale.payload ->> 'suggestion_accepted')) when 'true' then true when 'false' then false end
            as suggestion_accepted,
        scout.parse_measure(btrim(sale.payload ->> 'duration_seconds')) as duration_seconds,
        scout.parse_measure(btrim(sale.payload ->> 'handshake_score')) as handshake_score,
        nullif(btrim(left(sale.payload ->> 'asked_brand_id', 200)), '') as asked_brand,
        nullif(btrim(left(sale.payload ->> 'final_brand_id', 200)), '') as final_brand,
        scout.parse_measure(btrim(sale.payload ->> 'nlp_confidence_score')) as nlp_confidence_score
    from window_contracts as sale
)

select
    store_id,
    date_key,
    source_id,
    transaction_id,
    request_mode,
    request_type,
    suggestion_offered,
    suggestion_accepted,
    case when duration_seconds between 0 and 600 then duration_seconds end as duration_seconds,
    case when handshake_score between 0 and 1 then handshake_score end as handshake_score,
    asked_brand,
    final_brand,
    case when nlp_confidence_score between 0 and 1 then nlp_confidence_score end as nlp_confidence_score
from observed
order by store_id, date_key, source_id, transaction_id;
