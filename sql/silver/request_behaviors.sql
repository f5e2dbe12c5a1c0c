-- scout.silver_request_behaviors: how the customers of the window asked, and what was suggested to them; composed.
-- reads:  silver/transactions_cleaned
-- params: request_mode, request_type
-- rerun:  safe, rows of older versions were removed in the same transaction
insert into scout.silver_request_behaviors (
    store_id, date_key, source_id, transaction_id,
    request_mode, request_type, suggestion_offered, suggestion_accepted, duration_seconds, handshake_score
)
with observed as (
    select
        sale.store_id,
        sale.date_key,
        sale.source_id,
        sale.transaction_id,
        {request_mode}::jsonb ->> lower(btrim(sale.payload ->> 'request_mode')) as request_mode,
        {request_type}::jsonb ->> lower(btrim(sale.payload ->> 'request_type')) as request_type,
        case
            when jsonb_typeof(sale.payload -> 'suggestion_offered') = 'boolean'
                then (sale.payload ->> 'suggestion_offered')::boolean
        end as suggestion_offered,
        case
            when jsonb_typeof(sale.payload -> 'suggestion_accepted') = 'boolean'
                then (sale.payload ->> 'suggestion_accepted')::boolean
        end as suggestion_accepted,
        scout.parse_decimal(sale.payload ->> 'duration_seconds') as duration_seconds,
        scout.parse_decimal(sale.payload ->> 'handshake_score') as handshake_score
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
    case when handshake_score between 0 and 1 then handshake_score end as handshake_score
from observed
order by store_id, date_key, source_id, transaction_id;
