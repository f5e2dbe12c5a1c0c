-- 0051_sale_contract: each SELECT returns what is missing.
select
    'missing column' as problem,
    wanted.relation || '.' || wanted.name as object
from (
    values
    ('scout.silver_transactions_cleaned', 'store_type'),
    ('scout.silver_transactions_cleaned', 'stated_region'),
    ('scout.silver_transactions_cleaned', 'stated_units'),
    ('scout.silver_transaction_items', 'stated_subtotal'),
    ('scout.silver_request_behaviors', 'asked_brand'),
    ('scout.silver_request_behaviors', 'final_brand'),
    ('scout.silver_request_behaviors', 'nlp_confidence_score'),
    ('scout.silver_substitutions', 'from_brand'),
    ('scout.silver_substitutions', 'to_brand'),
    ('scout.dim_store', 'unmapped')
) as wanted (relation, name)
where
    not exists (
        select 1
        from pg_attribute as present
        where
            present.attrelid = to_regclass(wanted.relation)
            and present.attname = wanted.name
            and not present.attisdropped
    );

select
    'missing function' as problem,
    wanted.name as object
from
    unnest(
        array[
            'scout.exact_unit_price(text, text)',
            'scout.priced_item(jsonb, text, text, text)',
            'scout.under_own_name(jsonb, text, text[])'
        ]
    ) as wanted (name)
where to_regprocedure(wanted.name) is null;

select
    'view is missing' as problem,
    'scout.v_store_warnings' as object
where to_regclass('scout.v_store_warnings') is null;

select
    'view is of an earlier version' as problem,
    'scout.v_sale_warnings' as object
where strpos(pg_get_viewdef(to_regclass('scout.v_sale_warnings')), 'line_value_mismatch') = 0;
