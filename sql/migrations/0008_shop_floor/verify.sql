-- Every table, index and function of this migration, and the columns that it adds.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('scout.silver_transactions_by_device'),
    ('scout.silver_substitutions'),
    ('scout.silver_request_behaviors'),
    ('scout.silver_transcripts'),
    ('scout.silver_brand_mentions'),
    ('scout.silver_store_metrics'),
    ('scout.silver_store_metrics_by_id'),
    ('scout.silver_store_metrics_latest'),
    ('scout.silver_promotion_items_by_promotion'),
    ('scout.silver_experiment_events_by_id'),
    ('scout.silver_promotions'),
    ('scout.silver_promotion_items'),
    ('scout.silver_promotion_approvals'),
    ('scout.silver_promotion_approvals_by_promotion'),
    ('scout.silver_experiment_events'),
    ('scout.silver_experiment_events_lookup')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('scout.mask_free_text(text)'),
    ('scout.metric_priority(text)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;

select
    'missing column' as problem,
    expected.relation || '.' || expected.name as object
from (
    values
    ('scout.silver_transactions_cleaned', 'sold_hour'),
    ('scout.silver_transactions_cleaned', 'payment_method'),
    ('scout.silver_transactions_cleaned', 'unmapped'),
    ('scout.silver_transaction_items', 'brand_name'),
    ('scout.silver_transaction_items', 'category'),
    ('scout.silver_transaction_items', 'is_list_price')
) as expected (relation, name)
where
    not exists (
        select 1
        from pg_attribute as a
        where a.attrelid = expected.relation::regclass and a.attname = expected.name and not a.attisdropped
    );
