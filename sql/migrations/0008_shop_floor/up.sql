-- The shop floor in silver: what a counter transaction says beyond its lines, and the feeds about shops.
-- Adding nullable columns changes no row; the tables are partitioned, and the columns reach every partition.
-- squawk-ignore-file require-concurrent-index-creation

alter table scout.silver_transactions_cleaned
add column sold_hour smallint,
add column device_id text,
add column device_sequence bigint,
add column campaign_id text,
add column is_campaign_influenced boolean,
add column payment_method text,
add column customer_type text,
add column gender text,
add column age_bracket text,
add column economic_class text,
add column stated_value numeric,
add column stated_basket_size integer,
add column unmapped jsonb;
comment on column scout.silver_transactions_cleaned.sold_hour is 'Hour of the day of sold_at, 0 to 23, at the store.';
comment on column scout.silver_transactions_cleaned.deleted_at is
'When the voiding version was received. A voided sale keeps its header, has no items, and counts in no figure.';
comment on column scout.silver_transactions_cleaned.stated_value is
'Value of the sale as the device states it, to compare with peso_value; never used in a sum.';
comment on column scout.silver_transactions_cleaned.unmapped is
'Values that no vocabulary knows, by column; the column itself is null then.';
update scout.silver_transactions_cleaned as sale
set sold_hour = extract(hour from sale.sold_at at time zone store.time_zone)
from scout.dim_store as store
where sale.store_id = store.store_id and store.is_current;
create index silver_transactions_by_device
on scout.silver_transactions_cleaned (device_id, device_sequence) where device_id is not null;

alter table scout.silver_transaction_items
add column brand_name text,
add column category text,
add column unit text,
add column detection_method text,
add column confidence numeric,
add column is_list_price boolean;
comment on column scout.silver_transaction_items.brand_name is
'As the record says it, else as the catalogue has it for the business day; null when neither does.';
comment on column scout.silver_transaction_items.is_list_price is
'True when the line carried no price and the list price of its business day was taken.';

create table scout.silver_substitutions (
    store_id integer not null,
    date_key date not null,
    source_id smallint not null,
    transaction_id text not null,
    from_sku text,
    to_sku text,
    reason text,
    is_complete boolean not null,
    primary key (store_id, date_key, source_id, transaction_id)
) partition by range (date_key);
comment on table scout.silver_substitutions is
'One row per sale in which another product was taken than the one asked for.';
comment on column scout.silver_substitutions.is_complete is 'Both products are named.';

create table scout.silver_request_behaviors (
    store_id integer not null,
    date_key date not null,
    source_id smallint not null,
    transaction_id text not null,
    request_mode text,
    request_type text,
    suggestion_offered boolean,
    suggestion_accepted boolean,
    duration_seconds numeric,
    handshake_score numeric,
    primary key (store_id, date_key, source_id, transaction_id)
) partition by range (date_key);
comment on table scout.silver_request_behaviors is
'One row per sale of a source that observes the counter: how the customer asked, and what the storekeeper suggested.';

create table scout.silver_transcripts (
    store_id integer not null,
    date_key date not null,
    source_id smallint not null,
    transaction_id text not null,
    turn_number bigint not null,
    t_seconds numeric,
    speaker text,
    turn_text text not null,
    primary key (store_id, date_key, source_id, transaction_id, turn_number)
) partition by range (date_key);
comment on table scout.silver_transcripts is
'One row per turn of what was said, cards, phones and e-mail addresses masked; a text without turns is turn 1.';

create table scout.silver_brand_mentions (
    store_id integer not null,
    date_key date not null,
    source_id smallint not null,
    transaction_id text not null,
    mention_number bigint not null,
    brand_name text not null,
    variant text,
    confidence numeric,
    detection_method text,
    primary key (store_id, date_key, source_id, transaction_id, mention_number)
) partition by range (date_key);
comment on table scout.silver_brand_mentions is 'One row per brand that the device heard in a sale.';

create function scout.mask_free_text(free_text text) returns text
language sql immutable parallel safe
return regexp_replace(
    regexp_replace(free_text, '[[:alnum:]._%+-]+@[[:alnum:].-]+[.][[:alpha:]]{2,}', '[email]', 'g'),
    '[+]?[0-9](?:[ ().-]?[0-9]){6,18}', '[number]', 'g'
);
comment on function scout.mask_free_text(text) is
'Free text without e-mail addresses and without numbers of seven and more digits: telephones, cards, accounts.';

create table scout.silver_store_metrics (
    store_id integer not null,
    measurement_id text not null,
    metric_name text not null,
    date_key date not null,
    metric_source text not null check (metric_source in ('pos', 'mobile', 'vision', 'manual')),
    metric_value numeric not null,
    measured_at timestamptz not null,
    primary key (store_id, measurement_id)
);
comment on table scout.silver_store_metrics is
'The metric feed: one row per measurement of a store, from every source; scout.metric_priority() ranks the sources.';
create index silver_store_metrics_by_id on scout.silver_store_metrics (measurement_id);
create index silver_store_metrics_latest on scout.silver_store_metrics (store_id, metric_name, date_key desc);

create function scout.metric_priority(metric_source text) returns smallint
language sql immutable parallel safe
return array_position(array['pos', 'mobile', 'vision', 'manual'], metric_source)::smallint;
comment on function scout.metric_priority(text) is '1 is trusted most: pos, mobile, vision, manual.';

create table scout.silver_promotions (
    promotion_id text primary key,
    promotion_name text not null,
    status text not null check (status in ('draft', 'open', 'approved', 'rejected', 'closed')),
    store_id integer not null,
    brand_name text,
    promotion_value numeric check (promotion_value >= 0),
    created_at timestamptz not null,
    approved_at timestamptz,
    closed_at timestamptz
);
comment on table scout.silver_promotions is 'One row per promotion as it stands now. Store 0: it holds in every store.';

create table scout.silver_promotion_items (
    item_id text primary key,
    promotion_id text not null,
    sku text not null,
    quantity integer not null check (quantity > 0)
);
comment on table scout.silver_promotion_items is 'One row per product of a promotion.';
create index silver_promotion_items_by_promotion on scout.silver_promotion_items (promotion_id, sku);

create table scout.silver_promotion_approvals (
    approval_id text primary key,
    promotion_id text not null,
    status text not null check (status in ('pending', 'approved', 'rejected')),
    started_at timestamptz not null,
    finished_at timestamptz
);
comment on table scout.silver_promotion_approvals is 'One row per approval of a promotion.';
create index silver_promotion_approvals_by_promotion on scout.silver_promotion_approvals (promotion_id);

create table scout.silver_experiment_events (
    store_id integer not null,
    experiment text not null,
    event_id text not null,
    occurred_at timestamptz not null,
    target_value numeric not null,
    actual_value numeric,
    primary key (store_id, experiment, event_id)
);
create index silver_experiment_events_by_id on scout.silver_experiment_events (event_id);
comment on table scout.silver_experiment_events is 'One row per measurement of an experiment in a store.';
create index silver_experiment_events_lookup
on scout.silver_experiment_events (experiment, store_id, occurred_at desc)
include (target_value, actual_value) where actual_value is not null;
