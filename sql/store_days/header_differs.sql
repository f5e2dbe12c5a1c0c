-- found_findings: sales whose header is not the sum of their lines, or of its parts; voided ones must have no line.
-- reads:  silver/transaction_items
-- params: -
-- rerun:  safe, in the transaction of the audit
with summed as (
    select
        item.store_id,
        item.date_key,
        item.source_id,
        item.transaction_id,
        count(*) as line_count,
        sum(item.quantity) as units,
        sum(item.subtotal) as peso_value
    from scout.silver_transaction_items as item
    inner join audited_days on item.store_id = audited_days.store_id and item.date_key = audited_days.date_key
    where
        item.date_key >= (select min(bounds.date_key) from audited_days as bounds)
        and item.date_key <= (select max(bounds.date_key) from audited_days as bounds)
    group by item.store_id, item.date_key, item.source_id, item.transaction_id
),

broken as (
    select
        coalesce(header.store_id, summed.store_id) as store_id,
        coalesce(header.date_key, summed.date_key) as date_key,
        coalesce(header.transaction_id, summed.transaction_id) as transaction_id,
        header.peso_value as header_value,
        summed.peso_value as lines_value
    from day_sales as header
    full join summed
        on
            header.store_id = summed.store_id
            and header.date_key = summed.date_key
            and header.source_id = summed.source_id
            and header.transaction_id = summed.transaction_id
    where
        (
            not header.is_voided
            and (header.line_count, header.units, header.peso_value)
            is distinct from (summed.line_count, summed.units, summed.peso_value)
        )
        or (header.transaction_id is null or header.is_voided) and summed.transaction_id is not null
        or header.peso_value <> header.parts_value
),

numbered as (
    select
        broken.*,
        row_number() over (partition by broken.store_id, broken.date_key order by broken.transaction_id) as place
    from broken
)

insert into found_findings (store_id, date_key, finding, stage, severity, failing, observed, expected, details)
select
    store_id,
    date_key,
    'header_differs',
    'balance',
    'error',
    count(*),
    format('%s sales with another sum than their lines', count(*)),
    'every sale is the sum of its lines',
    jsonb_build_object(
        'sales',
        jsonb_agg(
            jsonb_build_object(
                'transaction_id', transaction_id, 'header_value', header_value, 'lines_value', lines_value
            ) order by place
        ) filter (where place <= 5)
    )
from numbered
group by store_id, date_key;
