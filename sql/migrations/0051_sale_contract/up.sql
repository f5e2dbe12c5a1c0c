-- 0051_sale_contract: what else the transaction contract says about a sale has columns: stated units, type of the shop,
-- region and price of a line, brands asked for and taken; and words of store records that nobody knows are told.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03
alter table scout.silver_transactions_cleaned
add column store_type text,
add column stated_region text,
add column stated_units numeric;
comment on column scout.silver_transactions_cleaned.store_type is
'Type of the shop as the device states it; dim_store has what the shop''s own record says.';
comment on column scout.silver_transactions_cleaned.stated_region is
'Region in which the device believes it stands, by its canonical name; region is that of the shop''s own record.';
comment on column scout.silver_transactions_cleaned.stated_units is
'Units of the whole sale as the device states them, to compare with units; never used in a sum.';
comment on column scout.silver_transactions_cleaned.unmapped is
'Texts that no vocabulary knows or that cannot be read, by column; the column itself is null then, or unknown. '
'Also of what else was said in the sale: its items, substitution, suggestion, transcript, brands that were heard, and '
'fields of the contract that silver computes itself.';

alter table scout.silver_transaction_items
add column stated_subtotal numeric;
comment on column scout.silver_transaction_items.stated_subtotal is
'Price of the line as the device states it, in reporting currency, to compare with subtotal; never used in a sum. '
'Where the device states no price of a unit, unit_price is its quotient by the quantity, if that is exact.';

alter table scout.silver_request_behaviors
add column asked_brand text,
add column final_brand text,
add column nlp_confidence_score numeric;
comment on column scout.silver_request_behaviors.asked_brand is
'Brand that the customer asked for, as the device names it.';
comment on column scout.silver_request_behaviors.final_brand is
'Brand that the customer took, as the device names it.';
comment on column scout.silver_request_behaviors.nlp_confidence_score is
'How sure the device was of what it made of the words, 0 to 1.';

alter table scout.silver_substitutions
add column from_brand text,
add column to_brand text;
comment on table scout.silver_substitutions is
'One row per sale in which another product was taken than the one asked for, or another brand where the device says so '
'and nothing of products.';
comment on column scout.silver_substitutions.is_complete is 'Both products are named; brands do not count.';

alter table scout.dim_store add column unmapped jsonb;
comment on column scout.dim_store.unmapped is
'Words of the store''s record that no vocabulary knows, by column; the column itself is null then.';
-- versions that stand keep what they say; words that were never ours are told from now on
update scout.dim_store as known
set
    store_type = told.store_type,
    economic_class = told.economic_class,
    unmapped = nullif(
        jsonb_strip_nulls(
            jsonb_build_object(
                'store_type', case when told.store_type is null then nullif(btrim(known.store_type), '') end,
                'economic_class',
                case when told.economic_class is null then nullif(btrim(known.economic_class), '') end
            )
        ),
        '{}'
    )
from (
    select
        spelled.store_id,
        spelled.valid_from,
        type.word as store_type,
        class.word as economic_class
    from scout.dim_store as spelled
    left join
        unnest(array['urban_high', 'urban_medium', 'residential', 'rural', 'transport', 'other']) as type (word)
        on lower(btrim(spelled.store_type)) = type.word
    left join
        unnest(array['A', 'B', 'C', 'D', 'E', 'unknown']) as class (word)
        on lower(btrim(spelled.economic_class)) = lower(class.word)
) as told
where
    known.store_id = told.store_id
    and known.valid_from = told.valid_from
    and (known.store_type, known.economic_class) is distinct from (told.store_type, told.economic_class);

create function scout.exact_unit_price(total text, quantity text) returns text
language sql immutable parallel safe
return case
    when
        scout.parse_decimal(quantity) > 0
        and round(scout.parse_decimal(total) / nullif(scout.parse_decimal(quantity), 0), 4)
        * scout.parse_decimal(quantity)
        = scout.parse_decimal(total)
        then round(scout.parse_decimal(total) / nullif(scout.parse_decimal(quantity), 0), 4)::text
end;
comment on function scout.exact_unit_price(text, text) is
'The price of one unit, from the price of all and how many they are, when four decimals say it exactly; else null.';

create function scout.priced_item(item jsonb, unit_price text, total_price text, quantity text) returns jsonb
language sql immutable parallel safe
return case
    when nullif(btrim(item ->> unit_price), '') is not null then item
    else item || coalesce(
        jsonb_strip_nulls(
            jsonb_build_object(
                unit_price, scout.exact_unit_price(btrim(item ->> total_price), btrim(item ->> quantity))
            )
        ),
        '{}'
    )
end;
comment on function scout.priced_item(jsonb, text, text, text) is
'An item that states a price of a unit, under the name of that field; from the price of the line where that is exact.';

create function scout.under_own_name(payload jsonb, own_name text, other_names text[]) returns jsonb
language sql immutable parallel safe
return case
    when nullif(btrim(payload ->> own_name), '') is not null then payload
    else payload || coalesce(
        (
            select jsonb_build_object(own_name, payload -> other.name)
            from unnest(other_names) with ordinality as other (name, place)
            where nullif(btrim(payload ->> other.name), '') is not null
            order by other.place
            limit 1
        ),
        '{}'
    )
end;
comment on function scout.under_own_name(jsonb, text, text[]) is
'A record whose field has its own name, where it says something under one of the others only.';

create or replace view scout.v_sale_warnings as
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
    'units_mismatch' as warning,
    trim_scale(sale.stated_units) || ' units stated, ' || trim_scale(sale.units) || ' by its lines' as detail
from scout.silver_transactions_cleaned as sale
where sale.deleted_at is null and sale.stated_units <> sale.units
union all
select
    sale.source_id,
    sale.transaction_id,
    sale.store_id,
    sale.date_key,
    'region_mismatch' as warning,
    sale.stated_region || ' stated, the shop stands in ' || sale.region as detail
from scout.silver_transactions_cleaned as sale
where sale.deleted_at is null and sale.stated_region <> sale.region
union all
select
    item.source_id,
    item.transaction_id,
    item.store_id,
    item.date_key,
    'line_value_mismatch' as warning,
    string_agg(
        'line ' || item.line_number || ': ' || trim_scale(item.stated_subtotal) || ' stated, '
        || trim_scale(item.subtotal) || ' by quantity and price',
        '; '
        order by item.line_number
    ) as detail
from scout.silver_transaction_items as item
where item.stated_subtotal <> item.subtotal
group by item.source_id, item.transaction_id, item.store_id, item.date_key
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
where
    not substitution.is_complete
    -- of a device that says brands alone, both brands are all there is to say
    and (
        substitution.from_sku is not null
        or substitution.to_sku is not null
        or num_nonnulls(substitution.from_brand, substitution.to_brand) < 2
    );
comment on view scout.v_sale_warnings is
'What is odd about a sale and no reason to refuse it, one row each: basket_size_mismatch, value_mismatch, '
'units_mismatch, line_value_mismatch, region_mismatch, unmapped_value (detail lists the columns) and '
'incomplete_substitution. Voided sales have no warnings.';

create view scout.v_store_warnings as
select
    store.store_id,
    store.store_code,
    store.valid_from,
    'unmapped_value' as warning,
    (
        select string_agg(unmapped.column_name, ', ' order by unmapped.column_name)
        from jsonb_object_keys(store.unmapped) as unmapped (column_name)
    ) as detail
from scout.dim_store as store
where store.unmapped is not null;
comment on view scout.v_store_warnings is
'What is odd about a version of a store and no reason to refuse its record: unmapped_value; detail lists the columns, '
'dim_store.unmapped has the words.';
