-- Dimensions with history: a registry of store keys, versions of stores and products, places, and reference records.
-- The tables are small: their keys change under a short lock.
-- squawk-ignore-file ban-alter-identity, ban-drop-constraint, constraint-missing-not-valid, adding-not-nullable-field
-- squawk-ignore-file adding-serial-primary-key-field, require-concurrent-index-creation, disallowed-unique-constraint

create table scout.store_registry (
    store_id integer generated always as identity primary key,
    store_code text not null unique,
    registered_at timestamptz not null default now()
);
comment on table scout.store_registry is
'The durable key of every store code that was ever received, known or not. Store 0 stands for "no store given".';
insert into scout.store_registry (store_id, store_code, registered_at)
overriding system value
select
    store_id,
    store_code,
    registered_at
from scout.dim_store;
select setval('scout.store_registry_store_id_seq', greatest(max(store_id), 1), max(store_id) > 0)
from scout.store_registry;

alter table scout.dim_store
alter column store_id drop identity,
drop constraint dim_store_pkey,
drop constraint dim_store_store_code_key,
add column valid_from date not null default '0001-01-01',
add column valid_to date not null default '9999-12-31',
add column valid_from_at timestamptz not null default '0001-01-01 00:00:00+00',
add column valid_to_at timestamptz not null default '9999-12-31 00:00:00+00',
add column is_current boolean not null default true,
add column is_registered boolean not null default true,
add column store_type text,
add column economic_class text,
add column region text,
add column province text,
add column city text,
add column barangay text,
add column latitude numeric,
add column longitude numeric,
add column opens_at time,
add column closes_at time,
add column opened_on date,
add column closed_on date,
add constraint dim_store_pkey primary key (store_id, valid_from),
add constraint dim_store_period check (valid_from < valid_to);
create unique index dim_store_current on scout.dim_store (store_id) where is_current;
create index dim_store_by_code on scout.dim_store (store_code);
comment on table scout.dim_store is
'One row per store and period in which its attributes held (slowly changing, type 2). A fact finds the version of its '
'day. Store 0 stands for "unknown". A store that only occurs in sales has no row here, and its sales wait.';
comment on column scout.dim_store.valid_from is 'First business day of this version; 0001-01-01 where history begins.';
comment on column scout.dim_store.valid_to is 'First business day of the next version; 9999-12-31 for the current one.';
comment on column scout.dim_store.valid_from_at is
'The instant at which valid_from begins in the time zone of this version; valid_to_at is that of the next version. A '
'sale finds its version by these.';
comment on column scout.dim_store.is_registered is
'True for the row that landing or a mapping made, which holds until the first version that a record describes.';
comment on column scout.dim_store.region is 'Canonical name of the region, as in dim_region.';

alter table scout.dim_product
drop constraint dim_product_pkey,
add column valid_from date not null default '0001-01-01',
add column valid_to date not null default '9999-12-31',
add column is_current boolean not null default true,
add column is_derived boolean not null default true,
add column local_name text,
add column brand_name text,
add column category text,
add column list_price numeric,
add column pack_size text,
add column barcode text,
add constraint dim_product_pkey primary key (sku, valid_from),
add constraint dim_product_period check (valid_from < valid_to);
create unique index dim_product_current on scout.dim_product (sku) where is_current;
comment on table scout.dim_product is
'One row per upper-cased code and period in which its attributes held (slowly changing, type 2). Codes of sources '
'without a catalogue have one version, named by the most frequent description of their lines.';
comment on column scout.dim_product.is_derived is
'True when the code is known from sales alone; a catalogue record replaces such a row.';
comment on column scout.dim_product.list_price is
'Price of one unit in the currency of the sales; the price of a line that carries none.';

create table scout.dimension_records (
    kind text not null,
    code text not null,
    valid_from date not null,
    record_id text not null,
    source_id smallint not null,
    attributes jsonb not null,
    version_xid xid8 not null,
    version_id bigint not null,
    batch_id bigint not null,
    primary key (kind, code, valid_from)
);
comment on table scout.dimension_records is
'The latest version of every reference record: what the dimensions and feeds are computed from.';
create index dimension_records_by_id on scout.dimension_records (source_id, record_id);

create table scout.dim_region (
    region text primary key,
    region_name text not null,
    island_group text not null check (island_group in ('Luzon', 'Visayas', 'Mindanao')),
    sort_order smallint not null
);
comment on table scout.dim_region is 'The 17 regions of the Philippines; region is the canonical name used everywhere.';
insert into scout.dim_region (region, region_name, island_group, sort_order) values
('NCR', 'National Capital Region', 'Luzon', 1),
('CAR', 'Cordillera Administrative Region', 'Luzon', 2),
('Region I', 'Ilocos Region', 'Luzon', 3),
('Region II', 'Cagayan Valley', 'Luzon', 4),
('Region III', 'Central Luzon', 'Luzon', 5),
('Region IV-A', 'CALABARZON', 'Luzon', 6),
('MIMAROPA', 'MIMAROPA Region', 'Luzon', 7),
('Region V', 'Bicol Region', 'Luzon', 8),
('Region VI', 'Western Visayas', 'Visayas', 9),
('Region VII', 'Central Visayas', 'Visayas', 10),
('Region VIII', 'Eastern Visayas', 'Visayas', 11),
('Region IX', 'Zamboanga Peninsula', 'Mindanao', 12),
('Region X', 'Northern Mindanao', 'Mindanao', 13),
('Region XI', 'Davao Region', 'Mindanao', 14),
('Region XII', 'SOCCSKSARGEN', 'Mindanao', 15),
('Caraga', 'Caraga', 'Mindanao', 16),
('BARMM', 'Bangsamoro Autonomous Region in Muslim Mindanao', 'Mindanao', 17);

create table scout.dim_province (
    province_code text primary key,
    province_name text not null,
    region text not null
);
comment on table scout.dim_province is 'One row per province, from reference records.';

create table scout.dim_city (
    city_code text primary key,
    city_name text not null,
    province_code text not null
);
comment on table scout.dim_city is 'One row per city or municipality, from reference records.';

create table scout.dim_barangay (
    barangay_code text primary key,
    barangay_name text not null,
    city_code text not null
);
comment on table scout.dim_barangay is 'One row per barangay, from reference records.';

create table scout.place_aliases (
    place_level text not null check (place_level in ('region', 'province', 'city', 'barangay')),
    alias_key text not null,
    code text not null,
    primary key (place_level, alias_key, code)
);
comment on table scout.place_aliases is
'Spellings of places, as scout.place_key() writes them. A spelling that belongs to several places resolves none.';
insert into scout.place_aliases (place_level, alias_key, code)
select
    'region',
    alias.alias_key,
    known.region
from (
    values
    ('NCR', '{ncr,nationalcapitalregion,metromanila,metropolitanmanila}'::text[]),
    ('CAR', '{car,cordillera,cordilleraadministrativeregion}'),
    ('Region I', '{regioni,region1,i,1,ilocos,ilocosregion}'),
    ('Region II', '{regionii,region2,ii,2,cagayanvalley}'),
    ('Region III', '{regioniii,region3,iii,3,centralluzon}'),
    ('Region IV-A', '{regioniva,region4a,iva,4a,calabarzon}'),
    ('MIMAROPA', '{mimaropa,mimaroparegion,regionivb,region4b,ivb,4b,southwesterntagalog,southwesterntagalogregion}'),
    ('Region V', '{regionv,region5,v,5,bicol,bicolregion}'),
    ('Region VI', '{regionvi,region6,vi,6,westernvisayas}'),
    ('Region VII', '{regionvii,region7,vii,7,centralvisayas}'),
    ('Region VIII', '{regionviii,region8,viii,8,easternvisayas}'),
    ('Region IX', '{regionix,region9,ix,9,zamboanga,zamboangapeninsula}'),
    ('Region X', '{regionx,region10,x,10,northernmindanao}'),
    ('Region XI', '{regionxi,region11,xi,11,davao,davaoregion}'),
    ('Region XII', '{regionxii,region12,xii,12,soccsksargen}'),
    ('Caraga', '{caraga,caragaregion,regionxiii,region13,xiii,13}'),
    ('BARMM', '{barmm,armm,bangsamoro,bangsamoroautonomousregioninmuslimmindanao}')
) as known (region, alias_keys)
cross join unnest(known.alias_keys) as alias (alias_key);

create function scout.place_key(place text) returns text
language sql immutable parallel safe
return regexp_replace(translate(lower(place), 'ñáéíóú', 'naeiou'), '[^a-z0-9]+', '', 'g');
comment on function scout.place_key(text) is 'A place name without case, accents, blanks and signs.';

create function scout.resolve_place(p_level text, p_place text) returns text
language sql stable parallel safe
return (
    select min(known.code) as code
    from scout.place_aliases as known
    where
        known.place_level = resolve_place.p_level -- noqa: RF01
        and known.alias_key = scout.place_key(resolve_place.p_place) -- noqa: RF01
    having count(*) = 1
);
comment on function scout.resolve_place(text, text) is
'The code of the one place of a level (region, province, city, barangay) spelled so; null when none or several.';

create function scout.norm_region(p_region text) returns text
language sql stable parallel safe
return scout.resolve_place('region', p_region);
comment on function scout.norm_region(text) is 'The canonical name of a region in any known spelling, or null.';

create function scout.norm_citymun(p_city text) returns text
language sql stable parallel safe
return scout.resolve_place('city', p_city);
comment on function scout.norm_citymun(text) is
'The code of the city or municipality that is spelled so; null when none or several.';

create function scout.parse_date(value text) returns date
language sql immutable parallel safe
return case
    when value ~ '^[12][0-9]{3}-[01][0-9]-[0-3][0-9]$' and pg_input_is_valid(value, 'date') then value::date
end;
comment on function scout.parse_date(text) is 'A day in ISO 8601, or null. No words, no years past 9999.';

create function scout.parse_coordinate(value text) returns numeric
language sql immutable parallel safe
return case when value ~ '^-?[0-9]{1,3}([.][0-9]{1,15})?$' and abs(value::numeric) <= 180 then value::numeric end;
comment on function scout.parse_coordinate(text) is
'Degrees between -180 and 180 with up to fifteen decimals, or null.';

create table scout.dim_brand (
    brand_name text primary key,
    brand_owner text not null,
    is_tbwa_client boolean not null,
    variants text[] not null
);
comment on table scout.dim_brand is 'One row per brand with its owner and the words people use for it.';

create table scout.dim_category (
    category text primary key,
    category_group text not null,
    display_name text not null,
    sort_order integer
);
comment on table scout.dim_category is 'One row per product category.';

create table scout.dim_device (
    device_id text primary key,
    store_id integer not null,
    model text,
    installed_on date
);
comment on table scout.dim_device is 'One row per device at a counter, and the store where it stands.';

create table scout.dim_campaign (
    campaign_id text primary key,
    campaign_name text not null,
    campaign_type text,
    brand_name text,
    starts_on date not null,
    ends_on date,
    budget numeric check (budget >= 0)
);
comment on table scout.dim_campaign is 'One row per campaign.';

alter table scout.dim_source drop constraint dim_source_grain_check;
alter table scout.dim_source
add constraint dim_source_grain_check check (grain in ('line', 'transaction', 'reference'));

alter table scout.quarantine
add column transaction_id text,
add column waits_for text;
comment on column scout.quarantine.waits_for is
'The dimension member that is missing, as kind/code; when it arrives, the record enters by itself.';
create index quarantine_waiting on scout.quarantine (waits_for) where waits_for is not null and status = 'open';
