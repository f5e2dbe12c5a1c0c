-- Silver finds what it needs: the window by a block range index, every version of a sale by its rows' ids, and sales to
-- be computed again and stores that sales registered in tables of their own, so that no work is lost or boundless.
-- Keys and columns are added to tables that a deployment may have filled; it waits for that once.
-- squawk-ignore-file require-concurrent-index-creation, adding-not-nullable-field, prefer-bigint-over-int

create function scout.xid_number(xid xid8) returns bigint
language sql immutable parallel safe
return xid::text::bigint;
comment on function scout.xid_number(xid8) is
'A transaction id as a number: a block range index knows bigint, and no xid8.';

create index bronze_transactions_raw_by_xid
on scout.bronze_transactions_raw using brin (scout.xid_number(ingest_xid))
with (pages_per_range = 128, autosummarize = on);

alter table scout.bronze_transaction_versions
add column first_id bigint,
add column last_id bigint;
comment on column scout.bronze_transaction_versions.first_id is
'ingest_id of its first line in bronze; with the store and the transaction of its batch, the lines are found by their '
'primary key.';
comment on column scout.bronze_transaction_versions.last_id is 'ingest_id of its last line in bronze.';
update scout.bronze_transaction_versions as version
set first_id = placed.first_id, last_id = placed.last_id
from (
    select
        source_id,
        transaction_id,
        content_hash,
        min(ingest_id) as first_id,
        max(ingest_id) as last_id
    from scout.bronze_transactions_raw
    group by source_id, transaction_id, content_hash
) as placed
where
    version.source_id = placed.source_id
    and version.transaction_id = placed.transaction_id
    and version.content_hash = placed.content_hash;
-- a version whose lines are not there any more has no place, and is found nowhere
update scout.bronze_transaction_versions
set first_id = 0, last_id = 0
where first_id is null;
alter table scout.bronze_transaction_versions
alter column first_id set not null,
alter column last_id set not null;

create table ops.recalled_transactions (
    source_id smallint not null,
    transaction_id text not null,
    recalled_at timestamptz not null default clock_timestamp(),
    primary key (source_id, transaction_id)
);
comment on table ops.recalled_transactions is
'Sales that silver has to compute again from bronze, because a store or product that they name was described '
'otherwise; written with the description, deleted with the computation.';

create table ops.registered_stores (
    store_id integer primary key,
    registered_at timestamptz not null default clock_timestamp()
);
comment on table ops.registered_stores is
'Stores that landing registered and silver has not noticed yet: records may wait for them.';

comment on column scout.silver_transactions_cleaned.region is
'Region of the store on the business day; of a store without one, what the source says, by its canonical name where '
'scout.norm_region() knows it. Null when neither says anything.';
comment on column scout.silver_store_metrics.date_key is
'Business day: the day of measured_at in the time zone of the store''s version of that instant; before its first '
'version, in the time zone of that one.';

-- what stands by the rules of before is put right: measurements here, sales by the next run
with placed as (
    select
        metric.store_id,
        metric.measurement_id,
        metric.date_key as old_date,
        (metric.measured_at at time zone version.time_zone)::date as new_date
    from scout.silver_store_metrics as metric
    cross join
        lateral (
            select held.time_zone
            from scout.dim_store as held
            where held.store_id = metric.store_id and metric.measured_at < held.valid_to_at
            order by held.valid_from
            limit 1
        ) as version
),

moved as (
    select placed.*
    from placed
    where placed.old_date <> placed.new_date
),

dated as (
    update scout.silver_store_metrics as metric
    set date_key = moved.new_date
    from moved
    where metric.store_id = moved.store_id and metric.measurement_id = moved.measurement_id
)

insert into ops.dirty_buckets (store_id, date_key, layer, cause)
select
    touched.store_id,
    touched.date_key,
    bucket_layer.layer,
    'corrected'
from (
    select
        store_id,
        old_date as date_key
    from moved
    union
    select
        store_id,
        new_date
    from moved
) as touched
inner join ops.bucket_layers as bucket_layer on bucket_layer.follows = 'store_metrics'
on conflict (store_id, date_key, layer) do nothing;

insert into ops.recalled_transactions (source_id, transaction_id)
select
    sale.source_id,
    sale.transaction_id
from scout.silver_transactions_cleaned as sale
inner join scout.dim_store as version
    on
        sale.store_id = version.store_id
        and sale.sold_at >= version.valid_from_at
        and sale.sold_at < version.valid_to_at
where sale.region is distinct from coalesce(version.region, scout.norm_region(sale.region), sale.region);

insert into ops.registered_stores (store_id)
select store_id
from scout.dim_store
where is_registered and store_id <> 0;
