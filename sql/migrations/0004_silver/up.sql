-- Silver: typed, de-duplicated, conformed.

create table scout.dim_product (
    sku text primary key,
    description text,
    is_product boolean not null,
    updated_at timestamptz not null default now()
);
comment on table scout.dim_product is
'One row per upper-cased code. The description is the most frequent one of its lines, ties broken alphabetically.';
comment on column scout.dim_product.is_product is
'False for codes that the mapping declares to be no product: postage, fees, vouchers, corrections.';

create table scout.dim_product_descriptions (
    sku text not null,
    description text not null,
    line_count bigint not null,
    is_pending boolean not null,
    primary key (sku, description)
);
comment on table scout.dim_product_descriptions is
'How many current lines call a code by which description; additive, so that the most frequent one never needs a '
'scan of history. is_pending: changed since dim_product was last derived.';
create index dim_product_descriptions_pending on scout.dim_product_descriptions (sku) where is_pending;

create table scout.dim_customer (
    customer_id uuid primary key,
    source_id smallint not null,
    registered_at timestamptz not null default now()
);
comment on table scout.dim_customer is
'One row per customer pseudonym (keyed hash). Nothing else is known about a person, and nothing is invented.';

create table scout.silver_transactions_cleaned (
    store_id integer not null,
    date_key date not null,
    source_id smallint not null,
    transaction_id text not null,
    transaction_type text not null check (transaction_type in ('sale', 'return', 'adjustment', 'mixed')),
    sold_at timestamptz not null,
    customer_id uuid,
    region text,
    line_count bigint not null,
    units numeric not null,
    gross_sales numeric not null,
    returns_value numeric not null,
    adjustments_value numeric not null,
    peso_value numeric not null,
    content_hash bytea not null,
    batch_id bigint not null,
    created_at timestamptz not null default now(),
    deleted_at timestamptz,
    primary key (store_id, date_key, source_id, transaction_id)
) partition by range (date_key);
comment on table scout.silver_transactions_cleaned is
'One row per transaction, the latest version; partitioned by month of the business day.';
comment on column scout.silver_transactions_cleaned.date_key is
'Business day: the day of sold_at in the time zone of the store, computed once.';
comment on column scout.silver_transactions_cleaned.peso_value is
'Net value of all lines, gross_sales + returns_value + adjustments_value, in the reporting currency.';
comment on column scout.silver_transactions_cleaned.region is
'As the source says it, trimmed; null when it says nothing.';
create index silver_transactions_by_customer
on scout.silver_transactions_cleaned (customer_id) include (date_key, peso_value);
create index idx_transactions_region_date
on scout.silver_transactions_cleaned (region, date_key) include (peso_value, line_count) where deleted_at is null;
create index idx_dashboard_kpis
on scout.silver_transactions_cleaned (store_id, sold_at desc) include (peso_value, customer_id);
create index idx_transactions_region_value
on scout.silver_transactions_cleaned (region, peso_value desc) where deleted_at is null;
create index idx_transactions_created_brin
on scout.silver_transactions_cleaned using brin (created_at) with (pages_per_range = 128, autosummarize = on);

create table scout.silver_transaction_items (
    store_id integer not null,
    date_key date not null,
    source_id smallint not null,
    transaction_id text not null,
    line_number bigint not null,
    line_type text not null check (line_type in ('sale', 'return', 'adjustment')),
    sku text not null,
    description text,
    quantity numeric not null,
    unit_price numeric not null,
    subtotal numeric not null,
    sold_at timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (store_id, date_key, source_id, transaction_id, line_number)
) partition by range (date_key);
comment on table scout.silver_transaction_items is
'One row per line of a current transaction, identified by its position; equal lines are real lines.';
comment on column scout.silver_transaction_items.line_number is
'Position in the transaction, from 1; a line in quarantine leaves a gap.';
comment on column scout.silver_transaction_items.subtotal is
'quantity x unit_price in the reporting currency, exact.';
create index idx_brand_performance
on scout.silver_transaction_items (sku, sold_at desc) include (quantity, subtotal);
create index idx_transaction_items_created_brin
on scout.silver_transaction_items using brin (created_at) with (pages_per_range = 128, autosummarize = on);

create table scout.silver_transaction_keys (
    source_id smallint not null,
    transaction_id text not null,
    store_id integer not null,
    date_key date not null,
    content_hash bytea not null,
    version_xid xid8 not null,
    version_id bigint not null,
    primary key (source_id, transaction_id)
);
comment on table scout.silver_transaction_keys is
'Registry: where each transaction lies and which version it is. (source, transaction id) is unique over all '
'partitions because of this table; no index of a partitioned table could hold that.';
create index silver_transaction_keys_by_day on scout.silver_transaction_keys (store_id, date_key);

create function scout.parse_decimal(value text) returns numeric
language sql immutable parallel safe
return case when value ~ '^-?[0-9]{1,12}([.][0-9]{1,4})?$' then value::numeric end;
comment on function scout.parse_decimal(text) is
'A plain decimal of ASCII digits with at most four decimals, or null. No NaN, no exponent, no separators: PostgreSQL '
'accepts them, the business does not.';

create function scout.parse_timestamp(value text, time_zone text) returns timestamptz
language sql stable parallel safe
return case
    when
        value ~ '^[12][0-9]{3}-[01][0-9]-[0-3][0-9][T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?$'
        and pg_input_is_valid(value, 'timestamp') then value::timestamp at time zone time_zone
    when
        value ~ '^[12][0-9]{3}-[01][0-9]-[0-3][0-9][T ]([01][0-9]|2[0-3]):[0-5][0-9]'
        and value ~ ':[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?(Z|[+-][01][0-9]:?[0-5][0-9])$'
        and length(value) <= 32
        and pg_input_is_valid(value, 'timestamptz') then value::timestamptz
end;
comment on function scout.parse_timestamp(text, text) is
'An instant in ISO 8601, local to time_zone unless it carries an offset; null when it is anything else. Words such as '
'now, years past 9999, hour 24 and second 60 are refused, although PostgreSQL would take them.';
