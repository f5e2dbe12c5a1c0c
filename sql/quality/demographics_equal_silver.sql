-- promise: sales, units and revenue of each region and week are those of the observed sales, by each attribute.
-- reads:  silver/transactions_cleaned, gold/demographics
-- params: -
-- rerun:  safe, read only
with dirty_weeks as (
    select distinct date_key - extract(isodow from date_key)::integer + 1 as week_start
    from ops.dirty_buckets
    where layer = 'gold/demographics'
),

observed as (
    select
        coalesce(region, 'Unspecified') as region,
        date_key - extract(isodow from date_key)::integer + 1 as week_start,
        gender,
        age_bracket,
        economic_class,
        count(*) as transaction_count,
        sum(units) as units,
        sum(peso_value) as net_revenue
    from scout.silver_transactions_cleaned
    where deleted_at is null and num_nonnulls(gender, age_bracket, economic_class) > 0
    group by
        coalesce(region, 'Unspecified'),
        date_key - extract(isodow from date_key)::integer + 1,
        gender,
        age_bracket,
        economic_class
),

summed as (
    select
        observed.region,
        observed.week_start,
        attribute.part,
        sum(observed.transaction_count) as transaction_count,
        sum(observed.units) as units,
        sum(observed.net_revenue) as net_revenue
    from observed
    cross join
        lateral (
            values
            ('gender ' || coalesce(observed.gender, 'unknown')),
            ('age ' || coalesce(observed.age_bracket, 'unknown')),
            ('class ' || coalesce(observed.economic_class, 'unknown'))
        ) as attribute (part)
    group by observed.region, observed.week_start, attribute.part
),

shown as (
    select
        figure.region,
        figure.week_start,
        attribute.part,
        sum(figure.transaction_count) as transaction_count,
        sum(figure.units) as units,
        sum(figure.net_revenue) as net_revenue
    from scout.gold_demographics as figure
    cross join
        lateral (
            values
            ('gender ' || figure.gender), ('age ' || figure.age_bracket), ('class ' || figure.economic_class)
        ) as attribute (part)
    group by figure.region, figure.week_start, attribute.part
),

broken as (
    select
        coalesce(summed.region, shown.region) as region,
        coalesce(summed.week_start, shown.week_start) as week_start,
        coalesce(summed.part, shown.part) as part,
        summed.net_revenue as silver_value,
        shown.net_revenue as gold_value
    from summed
    full join shown
        on summed.region = shown.region and summed.week_start = shown.week_start and summed.part = shown.part
    where
        (summed.transaction_count, summed.units, summed.net_revenue)
        is distinct from (shown.transaction_count, shown.units, shown.net_revenue)
),

at_rest as (
    select * from broken
    where
        week_start not in (select dirty_weeks.week_start from dirty_weeks)
        -- what is archived is compared by archived_months_are_shown
        and week_start >= (select ops.silver_kept_from())
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from at_rest limit 5) as example), '[]') as sample
from at_rest;
