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

insert into ops.bucket_layers (layer) values
('gold/brand_performance'),
('gold/category_summary'),
('gold/product_mix');
