-- landing_lines: what bronze stores of each landing record of a tabular file; composed from the header.
-- reads:  -
-- params: transaction_id, store_code, columns, names, values, customer_id
-- rerun:  safe, the view is dropped with the transaction
create temporary view landing_lines as
select
    ordinal,
    ingest_id,
    line_number,
    batch_id,
    case
        when length(btrim({transaction_id})) between 1 and 200 and coalesce(length({store_code}), 0) <= 100
            then btrim({transaction_id})
    end as transaction_id,
    case when length({store_code}) <= 100 then {store_code} end as store_code,
    case
        when coalesce(btrim({transaction_id}), '') = '' then 'missing_transaction_id'
        when length(btrim({transaction_id})) > 200 or length({store_code}) > 100 then 'text_too_long'
    end as reason_code,
    array_to_string(array[{columns}], e'\x1f', e'\x1e') as content,
    jsonb_object({names}, array[{values}]) as payload,
    null::text as raw_text
from landing_records
left join landing_customers on {customer_id} = landing_customers.customer_id;
