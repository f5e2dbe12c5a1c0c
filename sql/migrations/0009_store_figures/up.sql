-- Figures of the stores: by hour, part of the day, day, week, month, and over the last days.

create table scout.gold_hourly_kpis (
    store_id integer not null,
    date_key date not null,
    sold_hour smallint not null,
    transaction_count bigint not null,
    units numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    avg_transaction_value numeric not null,
    refreshed_at timestamptz not null default now(),
    primary key (store_id, date_key, sold_hour)
);
comment on table scout.gold_hourly_kpis is
'One row per store, business day and hour of the day with sales.';
comment on column scout.gold_hourly_kpis.sold_hour is
'0 to 23, at the store. Where clocks are set back, the hour that comes twice is one row.';
comment on column scout.gold_hourly_kpis.unique_customers is
'Customers known by a pseudonym, counted in this hour; they do not add up over hours.';
comment on column scout.gold_hourly_kpis.avg_transaction_value is
'net_revenue / transaction_count at this grain, to four decimals.';
create index gold_hourly_kpis_by_day on scout.gold_hourly_kpis (date_key, sold_hour);

create table scout.gold_business_metrics (
    store_id integer not null,
    date_key date not null,
    daily_revenue numeric not null,
    transaction_count bigint not null,
    avg_transaction_value numeric not null,
    median_transaction_value numeric not null,
    new_customers bigint not null,
    returning_customers bigint not null,
    anonymous_transactions bigint not null,
    campaign_transactions bigint not null,
    tbwa_revenue numeric not null,
    top_payment_method text,
    refreshed_at timestamptz not null default now(),
    primary key (store_id, date_key)
);
comment on table scout.gold_business_metrics is
'One row per store and business day with sales: revenue, customers, campaigns and client brands.';
comment on column scout.gold_business_metrics.daily_revenue is
'Net value of all transactions, returns and adjustments included; net_revenue of gold_daily_aggregates.';
comment on column scout.gold_business_metrics.median_transaction_value is
'Exact: the middle value of the transactions, or the mean of the two in the middle.';
comment on column scout.gold_business_metrics.new_customers is
'Customers who bought here on the day of their first purchase in any store; one who bought in two stores that day is '
'new in both. Who only brought something back that day is neither new nor returning.';
comment on column scout.gold_business_metrics.returning_customers is
'Customers who bought here and had bought in any store on an earlier day. New and returning are all known buyers of '
'the day.';
comment on column scout.gold_business_metrics.anonymous_transactions is 'Transactions without a customer pseudonym.';
comment on column scout.gold_business_metrics.campaign_transactions is
'Transactions that were influenced by a campaign; where the record does not say so, those that name a campaign.';
comment on column scout.gold_business_metrics.tbwa_revenue is
'Value of the lines of brands that are clients now (dim_brand.is_tbwa_client).';
comment on column scout.gold_business_metrics.top_payment_method is
'The most frequent one, the first in the alphabet of several; null when no transaction says how it was paid.';
create index gold_business_metrics_by_day on scout.gold_business_metrics (date_key);

create function scout.time_of_day(hour integer) returns text
language sql immutable parallel safe
return case
    when hour >= 6 and hour < 12 then 'morning'
    when hour >= 12 and hour < 18 then 'afternoon'
    when hour >= 18 and hour < 22 then 'evening'
    else 'night'
end;
comment on function scout.time_of_day(integer) is
'Part of the day of an hour (0 to 23) at the store: morning from 6, afternoon from 12, evening from 18, night from 22.';

create table scout.gold_time_of_day (
    store_id integer not null,
    date_key date not null,
    time_of_day text not null check (time_of_day in ('morning', 'afternoon', 'evening', 'night')),
    transaction_count bigint not null,
    units numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    refreshed_at timestamptz not null default now(),
    primary key (store_id, date_key, time_of_day)
);
comment on table scout.gold_time_of_day is
'One row per store, business day and part of the day with sales.';
comment on column scout.gold_time_of_day.time_of_day is
'As scout.time_of_day() says it of the hour at the store. The night of a day is its first six and its last two hours.';
comment on column scout.gold_time_of_day.unique_customers is
'Customers known by a pseudonym, counted in this part of the day; they do not add up over a day.';
create index gold_time_of_day_by_day on scout.gold_time_of_day (date_key);

create table scout.gold_sales_windows (
    store_id integer primary key,
    as_of_date date not null,
    revenue_1d numeric not null,
    transaction_count_1d bigint not null,
    units_1d numeric not null,
    revenue_7d numeric not null,
    transaction_count_7d bigint not null,
    units_7d numeric not null,
    revenue_30d numeric not null,
    transaction_count_30d bigint not null,
    units_30d numeric not null,
    refreshed_at timestamptz not null default now()
);
comment on table scout.gold_sales_windows is
'One row per store that ever sold: its last 1, 7 and 30 business days, zeros when it sold nothing in them. A window '
'of n days is half open: from as_of_date - (n - 1) to before as_of_date + 1.';
comment on column scout.gold_sales_windows.as_of_date is
'The latest business day shown in any store: the last day of every window, the same for all stores.';
comment on column scout.gold_sales_windows.revenue_1d is 'Net value of the transactions of the latest day alone.';

create function scout.periods_of(day date)
returns table (period text, period_start date, period_end date)
language sql immutable parallel safe
begin atomic
    select
        known.period,
        known.period_start,
        (known.period_start + known.period_length)::date
    from (
        values
        ('day', periods_of.day, interval '1 day'), -- noqa: RF01
        ('week', date_trunc('week', periods_of.day::timestamp)::date, interval '7 days'), -- noqa: RF01
        ('month', date_trunc('month', periods_of.day::timestamp)::date, interval '1 month') -- noqa: RF01
    ) as known (period, period_start, period_length);
end;
comment on function scout.periods_of(date) is
'The day, the week (from Monday) and the month that a business day belongs to; period_end is the first day after it.';

create table scout.gold_store_periods (
    store_id integer not null,
    period text not null check (period in ('day', 'week', 'month')),
    period_start date not null,
    transaction_count bigint not null,
    units numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    avg_transaction_value numeric not null,
    refreshed_at timestamptz not null default now(),
    primary key (store_id, period, period_start)
);
comment on table scout.gold_store_periods is
'One row per store and day, week and month with sales; hours are in gold_hourly_kpis.';
comment on column scout.gold_store_periods.period_start is
'First business day of the period; a week starts on Monday. A period that is not over holds the days so far.';
comment on column scout.gold_store_periods.unique_customers is
'Customers known by a pseudonym, counted in this period; they do not add up over shorter ones.';
create index gold_store_periods_by_start on scout.gold_store_periods (period, period_start);

create table scout.gold_region_periods (
    region text not null,
    period text not null check (period in ('day', 'week', 'month')),
    period_start date not null,
    transaction_count bigint not null,
    units numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    avg_transaction_value numeric not null,
    refreshed_at timestamptz not null default now(),
    primary key (region, period, period_start)
);
comment on table scout.gold_region_periods is
'One row per region and day, week and month with sales, over all stores. Transactions without a region stand under '
'"Unspecified".';
comment on column scout.gold_region_periods.period_start is
'First business day of the period; a week starts on Monday. A period that is not over holds the days so far.';
comment on column scout.gold_region_periods.unique_customers is
'Customers known by a pseudonym, counted in this period; they do not add up over shorter ones.';
create index gold_region_periods_by_start on scout.gold_region_periods (period, period_start);

create table scout.gold_suggestion_funnel (
    store_id integer not null,
    date_key date not null,
    transactions_observed bigint not null,
    suggestions_offered bigint not null,
    suggestions_accepted bigint not null,
    suggestions_rejected bigint not null,
    acceptance_pct numeric,
    refreshed_at timestamptz not null default now(),
    primary key (store_id, date_key)
);
comment on table scout.gold_suggestion_funnel is
'One row per store and business day with sales of a source that observes the counter.';
comment on column scout.gold_suggestion_funnel.transactions_observed is
'Sales of which the record may say whether something was suggested; voided ones are left out.';
comment on column scout.gold_suggestion_funnel.suggestions_accepted is
'Offered and accepted. A record that accepts what it does not say was offered counts in neither.';
comment on column scout.gold_suggestion_funnel.suggestions_rejected is
'Offered and not accepted, also where the record does not say: offered = accepted + rejected.';
comment on column scout.gold_suggestion_funnel.acceptance_pct is
'Accepted of offered, 0 to 100, to four decimals; null when nothing was offered.';
create index gold_suggestion_funnel_by_day on scout.gold_suggestion_funnel (date_key);

insert into ops.bucket_layers (layer) values
('gold/hourly_kpis'),
('gold/business_metrics'),
('gold/time_of_day'),
('gold/sales_windows'),
('gold/store_periods'),
('gold/region_periods'),
('gold/suggestion_funnel');

-- what silver holds already is computed by the next run
insert into ops.dirty_buckets (store_id, date_key, layer, cause)
select distinct
    known.store_id,
    known.date_key,
    new_layer.layer,
    'migrated'
from scout.silver_transaction_keys as known
cross join (
    values
    ('gold/hourly_kpis'),
    ('gold/business_metrics'),
    ('gold/time_of_day'),
    ('gold/sales_windows'),
    ('gold/store_periods'),
    ('gold/region_periods'),
    ('gold/suggestion_funnel')
) as new_layer (layer);
