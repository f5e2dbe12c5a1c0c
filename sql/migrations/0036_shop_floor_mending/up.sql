-- 0036_shop_floor_mending: measurements with more than four decimals are read; what a sale says and nobody can read is
-- told with the rest that no vocabulary knows.
create function scout.parse_measure(value text) returns numeric
language sql immutable parallel safe
return case when value ~ '^-?[0-9]{1,12}([.][0-9]+)?$' then value::numeric end;
comment on function scout.parse_measure(text) is
'A plain decimal of ASCII digits, or null: what a device measured, such as a confidence or seconds, with as many '
'decimals as it sends. Amounts and quantities are read by parse_decimal, which takes four.';

comment on column scout.silver_transactions_cleaned.unmapped is
'Texts that no vocabulary knows or that cannot be read, by column; the column itself is null then, or unknown. '
'Also of what else was said in the sale: substitution, suggestion, transcript, brands that were heard, confidence of '
'the items.';
