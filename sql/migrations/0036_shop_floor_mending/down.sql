-- 0036_shop_floor_mending, undone.
comment on column scout.silver_transactions_cleaned.unmapped is
'Values that no vocabulary knows, by column; the column itself is null then.';

drop function scout.parse_measure(text);
