-- scout.silver_substitutions: sales of the window in which another product was taken than the one asked for.
-- reads:  silver/transactions_cleaned
-- params: reasons
-- rerun:  safe, rows of older versions were removed in the same transaction
with substituted as (
    select
        sale.store_id,
        sale.date_key,
        sale.source_id,
        sale.transaction_id,
        -- longer than any code of ours: it names no product
        upper(nullif(btrim(left(sale.payload #>> '{substitution_event,from_sku}', 100)), '')) as from_sku,
        upper(nullif(btrim(left(sale.payload #>> '{substitution_event,to_sku}', 100)), '')) as to_sku,
        cast(:reasons as jsonb) ->> lower(btrim(sale.payload #>> '{substitution_event,reason}')) as reason
    from window_contracts as sale
    where lower(btrim(sale.payload #>> '{substitution_event,occurred}')) = 'true'
)

insert into scout.silver_substitutions (
    store_id, date_key, source_id, transaction_id, from_sku, to_sku, reason, is_complete
)
select
    store_id,
    date_key,
    source_id,
    transaction_id,
    from_sku,
    to_sku,
    coalesce(reason, 'unknown') as reason,
    from_sku is not null and to_sku is not null as is_complete
from substituted
order by store_id, date_key, source_id, transaction_id;
