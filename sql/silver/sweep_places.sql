-- scout.silver_transaction_keys: where rows of a missing sale lie that no place names, so that the sale that is
-- computed again replaces them; as a version older than any.
-- reads:  silver/transactions_cleaned, silver/transaction_items, silver/request_behaviors, silver/transcripts,
--         silver/substitutions, silver/brand_mentions
-- params: -
-- rerun:  safe, known places are left as they are
insert into scout.silver_transaction_keys (
    source_id, transaction_id, store_id, date_key, content_hash, version_xid, version_id
)
select
    left_over.source_id,
    left_over.transaction_id,
    left_over.store_id,
    left_over.date_key,
    '\x00',
    '0'::xid8,
    0
from (
    select
        sale.source_id,
        sale.transaction_id,
        sale.store_id,
        sale.date_key
    from scout.silver_transactions_cleaned as sale
    inner join sweep_missing as missing
        on
            sale.store_id = missing.store_id
            and sale.source_id = missing.source_id
            and sale.transaction_id = missing.transaction_id
    union
    select
        item.source_id,
        item.transaction_id,
        item.store_id,
        item.date_key
    from scout.silver_transaction_items as item
    inner join sweep_missing as missing
        on
            item.store_id = missing.store_id
            and item.source_id = missing.source_id
            and item.transaction_id = missing.transaction_id
    union
    select
        behavior.source_id,
        behavior.transaction_id,
        behavior.store_id,
        behavior.date_key
    from scout.silver_request_behaviors as behavior
    inner join sweep_missing as missing
        on
            behavior.store_id = missing.store_id
            and behavior.source_id = missing.source_id
            and behavior.transaction_id = missing.transaction_id
    union
    select
        transcript.source_id,
        transcript.transaction_id,
        transcript.store_id,
        transcript.date_key
    from scout.silver_transcripts as transcript
    inner join sweep_missing as missing
        on
            transcript.store_id = missing.store_id
            and transcript.source_id = missing.source_id
            and transcript.transaction_id = missing.transaction_id
    union
    select
        substitution.source_id,
        substitution.transaction_id,
        substitution.store_id,
        substitution.date_key
    from scout.silver_substitutions as substitution
    inner join sweep_missing as missing
        on
            substitution.store_id = missing.store_id
            and substitution.source_id = missing.source_id
            and substitution.transaction_id = missing.transaction_id
    union
    select
        mention.source_id,
        mention.transaction_id,
        mention.store_id,
        mention.date_key
    from scout.silver_brand_mentions as mention
    inner join sweep_missing as missing
        on
            mention.store_id = missing.store_id
            and mention.source_id = missing.source_id
            and mention.transaction_id = missing.transaction_id
) as left_over
on conflict (source_id, transaction_id) do nothing;
