-- 0051_sale_contract, undone: the words of store records stand in their columns again.
drop view scout.v_store_warnings;

drop view scout.v_sale_warnings;
create view scout.v_sale_warnings as
select
    sale.source_id,
    sale.transaction_id,
    sale.store_id,
    sale.date_key,
    'basket_size_mismatch' as warning,
    sale.stated_basket_size || ' lines stated, ' || sale.line_count || ' sent' as detail
from scout.silver_transactions_cleaned as sale
where sale.deleted_at is null and sale.stated_basket_size <> sale.line_count
union all
select
    sale.source_id,
    sale.transaction_id,
    sale.store_id,
    sale.date_key,
    'value_mismatch' as warning,
    trim_scale(sale.stated_value) || ' stated, ' || trim_scale(sale.peso_value) || ' by its lines' as detail
from scout.silver_transactions_cleaned as sale
-- a device states the value in the currency of its source
inner join scout.dim_source as source on sale.source_id = source.source_id
where sale.deleted_at is null and sale.stated_value * source.currency_rate <> sale.peso_value
union all
select
    sale.source_id,
    sale.transaction_id,
    sale.store_id,
    sale.date_key,
    'unmapped_value' as warning,
    (
        select string_agg(unmapped.column_name, ', ' order by unmapped.column_name)
        from jsonb_object_keys(sale.unmapped) as unmapped (column_name)
    ) as detail
from scout.silver_transactions_cleaned as sale
where sale.deleted_at is null and sale.unmapped is not null
union all
select
    substitution.source_id,
    substitution.transaction_id,
    substitution.store_id,
    substitution.date_key,
    'incomplete_substitution' as warning,
    case
        when substitution.from_sku is null and substitution.to_sku is null then 'neither product is named'
        when substitution.from_sku is null then 'what was asked for is not named'
        else 'what was taken is not named'
    end as detail
from scout.silver_substitutions as substitution
where not substitution.is_complete;
comment on view scout.v_sale_warnings is
'What is odd about a sale and no reason to refuse it, one row each: basket_size_mismatch, value_mismatch, '
'unmapped_value (detail lists the columns) and incomplete_substitution. Voided sales have no warnings.';

drop function scout.under_own_name(jsonb, text, text[]);
drop function scout.priced_item(jsonb, text, text, text);
drop function scout.exact_unit_price(text, text);

update scout.dim_store as known
set
    store_type = coalesce(known.store_type, known.unmapped ->> 'store_type'),
    economic_class = coalesce(known.economic_class, known.unmapped ->> 'economic_class')
where known.unmapped is not null;
alter table scout.dim_store drop column unmapped;

comment on table scout.silver_substitutions is
'One row per sale in which another product was taken than the one asked for.';
comment on column scout.silver_substitutions.is_complete is 'Both products are named.';
alter table scout.silver_substitutions
drop column from_brand,
drop column to_brand;
alter table scout.silver_request_behaviors
drop column asked_brand,
drop column final_brand,
drop column nlp_confidence_score;
alter table scout.silver_transaction_items
drop column stated_subtotal;
alter table scout.silver_transactions_cleaned
drop column store_type,
drop column stated_region,
drop column stated_units;
comment on column scout.silver_transactions_cleaned.unmapped is
'Texts that no vocabulary knows or that cannot be read, by column; the column itself is null then, or unknown. '
'Also of what else was said in the sale: substitution, suggestion, transcript, brands that were heard, confidence of '
'the items.';
