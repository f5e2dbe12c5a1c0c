drop function scout.parse_timestamp(text, text);
drop function scout.parse_decimal(text);
drop table scout.silver_transaction_keys;
drop table scout.silver_transaction_items;
drop table scout.silver_transactions_cleaned;
drop table scout.dim_customer;
drop table scout.dim_product_descriptions;
drop table scout.dim_product;
