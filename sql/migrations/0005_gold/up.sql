-- Gold: aggregates kept by dirty buckets, each grain computed from silver, never from another aggregate.

create table scout.gold_daily_aggregates (
    store_id integer not null,
    date_key date not null,
    transaction_count bigint not null,
    line_count bigint not null,
    units numeric not null,
    gross_sales numeric not null,
    returns_value numeric not null,
    adjustments_value numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    avg_transaction_value numeric not null,
    refreshed_at timestamptz not null default now(),
    primary key (store_id, date_key)
);
comment on table scout.gold_daily_aggregates is
'One row per store and business day with sales.';
comment on column scout.gold_daily_aggregates.net_revenue is
'Sum of all lines: gross_sales + returns_value + adjustments_value, exact.';
comment on column scout.gold_daily_aggregates.avg_transaction_value is
'net_revenue / transaction_count at this grain, to four decimals.';
create index gold_daily_aggregates_by_day on scout.gold_daily_aggregates (date_key);

create table scout.gold_regional_performance (
    region text not null,
    date_key date not null,
    transaction_count bigint not null,
    line_count bigint not null,
    units numeric not null,
    gross_sales numeric not null,
    returns_value numeric not null,
    adjustments_value numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    avg_transaction_value numeric not null,
    refreshed_at timestamptz not null default now(),
    primary key (region, date_key)
);
comment on table scout.gold_regional_performance is
'One row per region and business day, over all stores. Transactions without a region stand under "Unspecified".';
create index gold_regional_performance_by_day on scout.gold_regional_performance (date_key);

create table scout.gold_store_performance (
    store_id integer not null,
    month date not null,
    transaction_count bigint not null,
    line_count bigint not null,
    units numeric not null,
    gross_sales numeric not null,
    returns_value numeric not null,
    adjustments_value numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    avg_transaction_value numeric not null,
    active_days bigint not null,
    refreshed_at timestamptz not null default now(),
    primary key (store_id, month)
);
comment on table scout.gold_store_performance is
'One row per store and month (its first day). Customers are counted at this grain, not summed over days.';

create table scout.gold_product_performance (
    sku text not null,
    month date not null,
    units numeric not null,
    net_revenue numeric not null,
    transactions bigint not null,
    refreshed_at timestamptz not null default now(),
    primary key (sku, month)
);
comment on table scout.gold_product_performance is
'One row per code and month, over all stores; codes that are no product are marked in dim_product.';
create index gold_product_performance_by_month on scout.gold_product_performance (month);

create table scout.gold_customer_insights (
    customer_id uuid primary key,
    first_purchase_date date not null,
    last_purchase_date date not null,
    recency_days integer not null,
    frequency bigint not null,
    monetary numeric not null,
    recency_score smallint not null check (recency_score between 1 and 5),
    frequency_score smallint not null check (frequency_score between 1 and 5),
    monetary_score smallint not null check (monetary_score between 1 and 5),
    segment text not null,
    refreshed_at timestamptz not null default now()
);
comment on table scout.gold_customer_insights is
'One row per customer. Recency counts days to the latest business day in silver; frequency counts sales; monetary is '
'the net value of everything bought and returned.';

insert into ops.bucket_layers (layer) values
('gold/daily_aggregates'),
('gold/regional_performance'),
('gold/store_performance'),
('gold/product_performance');

create function scout.recency_score(days integer) returns smallint
language sql immutable parallel safe
return (
    case when days <= 7 then 5 when days <= 30 then 4 when days <= 90 then 3 when days <= 180 then 2 else 1 end
)::smallint;
comment on function scout.recency_score(integer) is '5 within 7 days, 4 within 30, 3 within 90, 2 within 180, else 1.';

create function scout.frequency_score(purchases bigint) returns smallint
language sql immutable parallel safe
return (case
    when purchases >= 20 then 5 when purchases >= 15 then 4 when purchases >= 10 then 3 when
        purchases >= 5
        then 2
    else 1
end)::smallint;
comment on function scout.frequency_score(bigint) is '5 from 20 purchases, 4 from 15, 3 from 10, 2 from 5, else 1.';

create function scout.monetary_score(amount numeric) returns smallint
language sql immutable parallel safe
return (case
    when amount >= 10000 then 5 when amount >= 5000 then 4 when amount >= 2500 then 3 when amount >= 1000 then 2 else 1
end)::smallint;
comment on function scout.monetary_score(numeric) is '5 from 10,000, 4 from 5,000, 3 from 2,500, 2 from 1,000, else 1.';

create function scout.customer_segment(recency smallint, frequency smallint, monetary smallint) returns text
language sql immutable parallel safe
return case
    when recency >= 4 and frequency >= 4 and monetary >= 4 then 'Champions'
    when recency >= 3 and frequency >= 4 then 'Loyal'
    when recency >= 3 and monetary >= 4 then 'Big Spenders'
    when recency >= 3 and frequency >= 3 then 'Frequent'
    when recency <= 2 and (frequency >= 3 or monetary >= 3) then 'At Risk'
    when recency = 1 then 'Lost'
    else 'Regular'
end;
comment on function scout.customer_segment(smallint, smallint, smallint) is
'The first rule that fits, from Champions to Regular; scores are 1 to 5.';
