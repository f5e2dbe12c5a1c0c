-- found_findings: sales whose device stated another value or number of lines than it sent.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the audit
with broken as (
    select
        sale.store_id,
        sale.date_key,
        sale.transaction_id,
        sale.peso_value,
        sale.stated_value,
        row_number() over (partition by sale.store_id, sale.date_key order by sale.transaction_id) as place
    from day_sales as sale
    inner join scout.dim_source as source on sale.source_id = source.source_id
    where
        not sale.is_voided
        and (
            sale.stated_basket_size <> sale.line_count
            or sale.stated_value * source.currency_rate <> sale.peso_value
        )
)

insert into found_findings (store_id, date_key, finding, stage, severity, failing, observed, expected, details)
select
    store_id,
    date_key,
    'stated_differs',
    'audit',
    'warning',
    count(*),
    format('%s sales for which the device stated something else', count(*)),
    'value and number of lines are as the device states them',
    jsonb_build_object(
        'sales',
        jsonb_agg(
            jsonb_build_object(
                'transaction_id', transaction_id, 'stated_value', stated_value, 'value', peso_value
            ) order by place
        ) filter (where place <= 5)
    )
from broken
group by store_id, date_key;
