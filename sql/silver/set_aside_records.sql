-- scout.quarantine: every record of the current version of the recalled sales, held back by a rule from now on.
-- reads:  bronze/transactions_raw, silver/transactions_cleaned
-- params: rule_id, rule_version, detail, by
-- rerun:  safe, upsert on (store_id, ingest_id); what a person discarded stays discarded
insert into scout.quarantine as known (
    store_id, layer, source_id, batch_id, line_number, ingest_id, transaction_id,
    reason_code, rule_id, rule_version, detail, payload, history
)
select
    record.store_id,
    'silver',
    record.source_id,
    record.batch_id,
    record.line_number,
    record.ingest_id,
    record.transaction_id,
    'broken_rule',
    :rule_id,
    :rule_version,
    :detail,
    record.payload,
    jsonb_build_array(
        jsonb_build_object(
            'at', clock_timestamp(), 'what', 'set aside', 'by', cast(:by as text), 'why', cast(:detail as text),
            'date_key', sale.date_key
        )
    )
from recalled_transactions as recalled
inner join scout.silver_transaction_keys as sale
    on recalled.source_id = sale.source_id and recalled.transaction_id = sale.transaction_id
inner join scout.bronze_transactions_raw as record
    on
        sale.source_id = record.source_id
        and sale.transaction_id = record.transaction_id
        and sale.content_hash = record.content_hash
order by record.store_id, record.ingest_id
on conflict (store_id, ingest_id) where layer = 'silver'
do update
    set
        reason_code = excluded.reason_code,
        waits_for = null,
        rule_id = excluded.rule_id,
        rule_version = excluded.rule_version,
        detail = excluded.detail,
        status = 'open',
        resolved_at = null,
        resolved_by = null,
        resolution = null,
        history = known.history || excluded.history
    where known.status <> 'discarded';
