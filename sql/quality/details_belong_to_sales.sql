-- promise: what was asked, said, heard and substituted belongs to a current sale; an observed sale has its request.
-- reads:  silver/transactions_cleaned, silver/substitutions, silver/request_behaviors, silver/transcripts,
--         silver/brand_mentions
-- params: -
-- rerun:  safe, read only
with details as (
    select
        'silver_substitutions' as relation,
        store_id,
        date_key,
        source_id,
        transaction_id
    from scout.silver_substitutions
    union
    select
        'silver_request_behaviors',
        store_id,
        date_key,
        source_id,
        transaction_id
    from scout.silver_request_behaviors
    union
    select
        'silver_transcripts',
        store_id,
        date_key,
        source_id,
        transaction_id
    from scout.silver_transcripts
    union
    select
        'silver_brand_mentions',
        store_id,
        date_key,
        source_id,
        transaction_id
    from scout.silver_brand_mentions
),

observed_sources as (
    select distinct source_id
    from scout.silver_request_behaviors
),

broken as (
    select
        details.relation,
        details.source_id,
        details.transaction_id
    from details
    left join scout.silver_transactions_cleaned as sale
        on
            details.store_id = sale.store_id
            and details.date_key = sale.date_key
            and details.source_id = sale.source_id
            and details.transaction_id = sale.transaction_id
    where
        details.date_key >= (select ops.silver_kept_from())
        and (sale.transaction_id is null or sale.deleted_at is not null)
    union all
    select
        'silver_transactions_cleaned',
        sale.source_id,
        sale.transaction_id
    from scout.silver_transactions_cleaned as sale
    inner join observed_sources on sale.source_id = observed_sources.source_id
    left join scout.silver_request_behaviors as request
        on
            sale.store_id = request.store_id
            and sale.date_key = request.date_key
            and sale.source_id = request.source_id
            and sale.transaction_id = request.transaction_id
    where
        sale.deleted_at is null and request.transaction_id is null
        and sale.date_key >= (select ops.silver_kept_from())
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
