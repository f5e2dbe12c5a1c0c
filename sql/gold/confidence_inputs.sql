-- confidence_inputs: the figures of the buckets' days with what their confidence is made of; what sales say comes
-- before what the feed says of the same metric, and is compared with it.
-- reads:  silver/transactions_cleaned, silver/store_metrics, silver/dim_store
-- params: first_day, last_day
-- rerun:  safe, the table is dropped with the transaction
create temporary table confidence_inputs on commit drop as
with by_device as (
    select
        sale.store_id,
        sale.date_key,
        sale.device_id,
        count(*) filter (where sale.deleted_at is null) as transaction_count,
        sum(sale.line_count) filter (where sale.deleted_at is null) as line_count,
        sum(sale.peso_value) filter (where sale.deleted_at is null) as net_revenue,
        max(sale.sold_hour) filter (where sale.deleted_at is null) as newest_hour,
        count(sale.stated_value) filter (where sale.deleted_at is null) as valued,
        count(*) filter (where sale.deleted_at is null and abs(sale.stated_value - sale.peso_value) <= 0.01)
            as value_held,
        count(sale.stated_basket_size) filter (where sale.deleted_at is null) as sized,
        count(*) filter (where sale.deleted_at is null and sale.stated_basket_size = sale.line_count) as size_held,
        -- a device counts voided sales too
        count(sale.device_sequence) as numbered,
        max(sale.device_sequence) - min(sale.device_sequence) + 1 as number_span
    from scout.silver_transactions_cleaned as sale
    inner join buckets on sale.store_id = buckets.store_id and sale.date_key = buckets.date_key
    where
        sale.date_key >= cast(:first_day as date)
        and sale.date_key <= cast(:last_day as date)
    group by sale.store_id, sale.date_key, sale.device_id
),

by_day as (
    select
        store_id,
        date_key,
        sum(transaction_count) as transaction_count,
        sum(line_count) as line_count,
        sum(net_revenue) as net_revenue,
        max(newest_hour) as newest_hour,
        sum(valued) as valued,
        sum(value_held) as value_held,
        sum(sized) as sized,
        sum(size_held) as size_held,
        -- twice as wide as there are numbers: the device counted anew, and its numbers prove nothing
        sum(least(numbered, number_span)) filter (where device_id is not null and number_span <= 2 * numbered)
            as counted,
        sum(number_span) filter (where device_id is not null and number_span <= 2 * numbered) as countable
    from by_device
    group by store_id, date_key
),

of_sales as (
    select
        by_day.store_id,
        by_day.date_key,
        metric.metric_name,
        metric.metric_value,
        metric.held_pct,
        metric.input_count,
        by_day.newest_hour
    from by_day
    cross join
        lateral (
            values
            (
                'net_revenue',
                by_day.net_revenue,
                case when by_day.valued > 0 then round(100 * by_day.value_held / by_day.transaction_count, 4) end,
                0
            ),
            (
                'transaction_count',
                by_day.transaction_count,
                round(100 * by_day.counted / by_day.countable, 4),
                by_day.transaction_count
            ),
            (
                'line_count',
                by_day.line_count,
                case when by_day.sized > 0 then round(100 * by_day.size_held / by_day.transaction_count, 4) end,
                0
            )
        ) as metric (metric_name, metric_value, held_pct, input_count)
    where by_day.transaction_count > 0
),

measured as (
    select
        metric.store_id,
        metric.date_key,
        metric.metric_name,
        metric.metric_source,
        metric.metric_value,
        extract(hour from metric.measured_at at time zone version.time_zone)::smallint as measured_hour,
        row_number() over (
            partition by metric.store_id, metric.date_key, metric.metric_name, metric.metric_source
            order by metric.measured_at desc, metric.measurement_id asc
        ) as place_in_source
    from buckets
    inner join scout.silver_store_metrics as metric
        on buckets.store_id = metric.store_id and buckets.date_key = metric.date_key
    cross join
        lateral (
            -- the version that holds then, or the first one
            select held.time_zone
            from scout.dim_store as held
            where held.store_id = metric.store_id and metric.measured_at < held.valid_to_at
            order by held.valid_from
            limit 1
        ) as version
),

-- one value a source, in the order of trust: the first is shown, the second says whether it agrees
of_feed as (
    select
        store_id,
        date_key,
        metric_name,
        (array_agg(metric_source order by scout.metric_priority(metric_source)) filter (where place_in_source = 1))[1]
            as metric_source,
        (array_agg(metric_value order by scout.metric_priority(metric_source)) filter (where place_in_source = 1))[1]
            as metric_value,
        (array_agg(metric_value order by scout.metric_priority(metric_source)) filter (where place_in_source = 1))[2]
            as other_value,
        count(*) as input_count,
        max(measured_hour) as newest_hour
    from measured
    group by store_id, date_key, metric_name
)

select
    coalesce(of_sales.store_id, of_feed.store_id) as store_id,
    coalesce(of_sales.date_key, of_feed.date_key) as date_key,
    coalesce(of_sales.metric_name, of_feed.metric_name) as metric_name,
    coalesce(of_sales.metric_value, of_feed.metric_value) as metric_value,
    case when of_sales.store_id is null then of_feed.metric_source else 'sales' end as metric_source,
    coalesce(of_sales.newest_hour, of_feed.newest_hour) as newest_hour,
    case
        when of_sales.store_id is null then scout.agreement_pct(of_feed.metric_value, of_feed.other_value)
        -- who contradicts is heard: the least of what agrees
        else least(of_sales.held_pct, scout.agreement_pct(of_sales.metric_value, of_feed.metric_value))
    end as agreement_pct,
    coalesce(of_sales.input_count, 0) + coalesce(of_feed.input_count, 0) as input_count
from of_sales
full join of_feed
    on
        of_sales.store_id = of_feed.store_id
        and of_sales.date_key = of_feed.date_key
        and of_sales.metric_name = of_feed.metric_name;
