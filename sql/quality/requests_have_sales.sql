-- promise: of a source that observes the counter, each sale that is not voided has one request, and no sale has two.
-- reads:  silver/transactions_cleaned, silver/request_behaviors
-- params: -
-- rerun:  safe, read only
with requests as (
    select
        store_id,
        date_key,
        source_id,
        count(*) as request_count
    from scout.silver_request_behaviors
    group by store_id, date_key, source_id
),

sales as (
    select
        store_id,
        date_key,
        source_id,
        count(*) as sale_count
    from scout.silver_transactions_cleaned
    where deleted_at is null and source_id in (select requests.source_id from requests)
    group by store_id, date_key, source_id
),

broken as (
    select
        coalesce(requests.store_id, sales.store_id) as store_id,
        coalesce(requests.date_key, sales.date_key) as date_key,
        coalesce(requests.source_id, sales.source_id) as source_id,
        requests.request_count,
        sales.sale_count
    from requests
    full join sales
        on
            requests.store_id = sales.store_id
            and requests.date_key = sales.date_key
            and requests.source_id = sales.source_id
    where requests.request_count is distinct from sales.sale_count
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
