-- Product figures: what brands, categories, codes and baskets do, over all stores.

create table scout.gold_brand_performance (
    brand_name text not null,
    date_key date not null,
    transaction_count bigint not null,
    units numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    avg_unit_price numeric,
    store_count bigint not null,
    refreshed_at timestamptz not null default now(),
    primary key (brand_name, date_key)
);
comment on table scout.gold_brand_performance is
'One row per brand and business day, over all stores. Lines without a brand stand under "Unbranded".';
comment on column scout.gold_brand_performance.transaction_count is
'Sales with at least one line of the brand; a sale with two brands counts for both.';
comment on column scout.gold_brand_performance.net_revenue is 'Sum of the lines of the brand, exact.';
comment on column scout.gold_brand_performance.avg_unit_price is
'net_revenue / units at this grain, to four decimals; null when units are 0.';
create index gold_brand_performance_by_day on scout.gold_brand_performance (date_key);

create table scout.gold_category_summary (
    category text not null,
    date_key date not null,
    transaction_count bigint not null,
    units numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    brand_count bigint not null,
    sku_count bigint not null,
    refreshed_at timestamptz not null default now(),
    primary key (category, date_key)
);
comment on table scout.gold_category_summary is
'One row per category and business day, over all stores. Lines without a category stand under "Uncategorised".';
comment on column scout.gold_category_summary.transaction_count is
'Sales with at least one line of the category; a sale with two categories counts for both.';
comment on column scout.gold_category_summary.net_revenue is 'Sum of the lines of the category, exact.';
comment on column scout.gold_category_summary.brand_count is
'Different brands among the lines; lines without a brand count none.';
create index gold_category_summary_by_day on scout.gold_category_summary (date_key);

create table scout.gold_product_mix (
    month date not null,
    sku text not null,
    units numeric not null,
    net_revenue numeric not null,
    revenue_share_pct numeric,
    revenue_rank bigint not null,
    cumulative_pct numeric,
    is_pareto_80 boolean not null,
    refreshed_at timestamptz not null default now(),
    primary key (month, sku)
);
comment on table scout.gold_product_mix is
'One row per product and month (its first day), over all stores. Codes that are no product, as the current version in '
'dim_product has it, are left out.';
comment on column scout.gold_product_mix.revenue_share_pct is
'net_revenue in percent of the month''s net revenue of products; null when the month earned nothing.';
comment on column scout.gold_product_mix.revenue_rank is
'1 is the highest net_revenue of the month; equal revenues stand in the order of their codes.';
comment on column scout.gold_product_mix.cumulative_pct is
'Share of this code and all that rank before it; above 100 where codes with returns alone follow.';
comment on column scout.gold_product_mix.is_pareto_80 is
'Belongs to the fewest best codes that together reach 80 % of the month; never with a net_revenue of 0 or less.';

create table scout.gold_basket_patterns (
    month date not null,
    sku_a text not null,
    sku_b text not null,
    basket_count bigint not null,
    support_pct numeric not null,
    confidence_ab_pct numeric not null,
    confidence_ba_pct numeric not null,
    lift numeric not null,
    refreshed_at timestamptz not null default now(),
    primary key (month, sku_a, sku_b),
    check (sku_a < sku_b)
);
comment on table scout.gold_basket_patterns is
'One row per pair of codes and month (its first day) that at least 3 baskets hold together, over all stores. A basket '
'is a sale of at most 10 lines with at least one line bought; longer ones are stock orders and count in no figure '
'here. Returned and adjusted lines are not in a basket, and a code is in it once, however many lines it has.';
comment on column scout.gold_basket_patterns.basket_count is 'Baskets with both codes; pairs below 3 are left out.';
comment on column scout.gold_basket_patterns.support_pct is 'basket_count in percent of the baskets of the month.';
comment on column scout.gold_basket_patterns.confidence_ab_pct is 'basket_count in percent of the baskets with sku_a.';
comment on column scout.gold_basket_patterns.confidence_ba_pct is 'basket_count in percent of the baskets with sku_b.';
comment on column scout.gold_basket_patterns.lift is
'n * n_ab / (n_a * n_b) over the baskets of the month, to four decimals: 1 when the codes do not care for each other.';
create index gold_basket_patterns_by_second_sku on scout.gold_basket_patterns (sku_b, month);

create table scout.gold_substitution_flows (
    date_key date not null,
    from_sku text not null,
    to_sku text not null,
    reason text not null,
    substitution_count bigint not null,
    store_count bigint not null,
    refreshed_at timestamptz not null default now(),
    primary key (date_key, from_sku, to_sku, reason)
);
comment on table scout.gold_substitution_flows is
'One row per business day, product asked for, product taken instead and reason, over all stores. Substitutions '
'of which only one product is known are left out.';
comment on column scout.gold_substitution_flows.reason is 'stockout, suggestion or unknown.';
comment on column scout.gold_substitution_flows.substitution_count is 'Sales in which it happened.';
create index gold_substitution_flows_by_product on scout.gold_substitution_flows (from_sku, date_key);

create table scout.gold_brand_periods (
    brand_name text not null,
    period text not null check (period in ('week', 'month')),
    period_start date not null,
    transaction_count bigint not null,
    units numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    avg_unit_price numeric,
    store_count bigint not null,
    refreshed_at timestamptz not null default now(),
    primary key (brand_name, period, period_start)
);
comment on table scout.gold_brand_periods is
'One row per brand and week or month, over all stores, each counted at its own grain; days stand in '
'gold_brand_performance. Lines without a brand stand under "Unbranded".';
comment on column scout.gold_brand_periods.period_start is 'Monday of the week, or first day of the month.';
comment on column scout.gold_brand_periods.unique_customers is 'Counted over the period, not summed over its days.';
comment on column scout.gold_brand_periods.avg_unit_price is
'net_revenue / units at this grain, to four decimals; null when units are 0.';
create index gold_brand_periods_by_period on scout.gold_brand_periods (period, period_start);

create table scout.gold_category_periods (
    category text not null,
    period text not null check (period in ('week', 'month')),
    period_start date not null,
    transaction_count bigint not null,
    units numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    brand_count bigint not null,
    sku_count bigint not null,
    refreshed_at timestamptz not null default now(),
    primary key (category, period, period_start)
);
comment on table scout.gold_category_periods is
'One row per category and week or month, over all stores, each counted at its own grain; days stand in '
'gold_category_summary. Lines without a category stand under "Uncategorised".';
comment on column scout.gold_category_periods.period_start is 'Monday of the week, or first day of the month.';
comment on column scout.gold_category_periods.unique_customers is 'Counted over the period, not summed over its days.';
comment on column scout.gold_category_periods.brand_count is
'Different brands among the lines of the period; lines without a brand count none.';
create index gold_category_periods_by_period on scout.gold_category_periods (period, period_start);

insert into ops.bucket_layers (layer) values
('gold/brand_performance'),
('gold/category_summary'),
('gold/product_mix'),
('gold/basket_patterns'),
('gold/substitution_flows'),
('gold/brand_periods'),
('gold/category_periods');

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
    ('gold/brand_performance'),
    ('gold/category_summary'),
    ('gold/product_mix'),
    ('gold/basket_patterns'),
    ('gold/substitution_flows'),
    ('gold/brand_periods'),
    ('gold/category_periods')
) as new_layer (layer);
