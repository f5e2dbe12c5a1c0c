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

insert into ops.bucket_layers (layer) values
('gold/hourly_kpis');

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
    ('gold/hourly_kpis')
) as new_layer (layer);
