-- fingerprint: what gold says of each store by hour, one hash a table, whatever the ids, times and order of writing.
-- reads:  gold/hourly_kpis
-- params: -
-- rerun:  safe, read only
with hours as (
    select
        hashtextextended(jsonb_build_array(
            store.store_code,
            figure.date_key,
            figure.sold_hour,
            figure.transaction_count,
            trim_scale(figure.units),
            trim_scale(figure.net_revenue),
            figure.unique_customers,
            trim_scale(figure.avg_transaction_value)
        )::text, 0) as row_hash
    from scout.gold_hourly_kpis as figure
    left join scout.store_registry as store on figure.store_id = store.store_id
),

hashed as (
    select
        'scout.gold_hourly_kpis' as table_name,
        row_hash
    from hours
)

select
    table_name,
    count(*) as row_count,
    -- a sum, not an xor: two equal rows must not cancel each other
    sum(row_hash)::text as content_hash
from hashed
group by table_name
order by table_name;
