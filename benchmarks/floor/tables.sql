-- The floor's tables: the shapes, partitions, keys and secondary indexes of the pipeline's silver and gold tables.
create schema floor;

-- ordinal: the files number no lines, and where a row lies in a table (ctid) is not the order in which it came.
create table floor.raw (
    ordinal bigint generated always as identity,
    invoice_no text,
    stock_code text,
    description text,
    quantity text,
    invoice_date text,
    unit_price text,
    customer_id text,
    country text
);

create table floor.silver_transactions_cleaned (like scout.silver_transactions_cleaned including all)
partition by range (date_key);
create table floor.silver_transaction_items (like scout.silver_transaction_items including all)
partition by range (date_key);
create table floor.dim_product (like scout.dim_product including all);
create table floor.dim_customer (like scout.dim_customer including all);
create table floor.gold_daily_aggregates (like scout.gold_daily_aggregates including all);
create table floor.gold_regional_performance (like scout.gold_regional_performance including all);
create table floor.gold_store_performance (like scout.gold_store_performance including all);
create table floor.gold_product_performance (like scout.gold_product_performance including all);
create table floor.gold_customer_insights (like scout.gold_customer_insights including all);

do $$
declare
    first_day date;
    parent text;
begin
    for first_day in select generate_series(date '2010-12-01', date '2011-12-01', interval '1 month')
    loop
        foreach parent in array array['silver_transactions_cleaned', 'silver_transaction_items']
        loop
            execute format(
                'create table floor.%I partition of floor.%I for values from (%L) to (%L)',
                parent || to_char(first_day, '"_y"YYYY"m"MM'), parent, first_day, first_day + interval '1 month'
            );
        end loop;
    end loop;
end;
$$;
