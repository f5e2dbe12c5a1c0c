-- Landing: the sources, the ledger of received files, bronze, the registry of versions, and quarantine.

create table scout.dim_source (
    source_id smallint generated always as identity primary key,
    source_name text not null unique,
    grain text not null check (grain in ('line', 'transaction')),
    currency_code text not null check (currency_code ~ '^[A-Z]{3}$'),
    currency_rate numeric not null check (currency_rate > 0),
    registered_at timestamptz not null default now()
);
comment on table scout.dim_source is
'One row per source: whoever delivers records under one declarative mapping.';
comment on column scout.dim_source.currency_rate is
'Reporting-currency units per unit of the source currency; 1 leaves amounts in the source currency.';

create table scout.dim_store (
    store_id integer generated always as identity primary key,
    store_code text not null unique,
    store_name text,
    time_zone text not null,
    currency_code text not null,
    is_active boolean not null default true,
    registered_at timestamptz not null default now()
);
comment on table scout.dim_store is
'One row per store. Store 0 stands for "unknown": records whose store is not declared.';
comment on column scout.dim_store.time_zone is
'IANA name; decides the business day of every sale of the store.';

insert into scout.dim_store (store_id, store_code, store_name, time_zone, currency_code)
overriding system value
values (0, 'UNKNOWN', 'Unknown store', 'UTC', 'XXX');

create table scout.bronze_ingestion_batches (
    batch_id bigint generated always as identity primary key,
    source_id smallint not null references scout.dim_source (source_id),
    file_name text not null,
    content_sha256 bytea not null,
    mapping_sha256 bytea not null,
    byte_count bigint not null,
    status text not null check (status in ('loading', 'loaded', 'partial', 'refused')),
    reason_code text,
    lines_read bigint not null default 0,
    lines_loaded bigint not null default 0,
    lines_duplicate bigint not null default 0,
    lines_quarantined bigint not null default 0,
    ingest_xid xid8 not null default pg_current_xact_id(),
    received_at timestamptz not null default now(),
    finished_at timestamptz,
    check ((status = 'refused') = (reason_code is not null))
);
comment on table scout.bronze_ingestion_batches is
'The ledger: one row per received file. lines_read = lines_loaded + lines_duplicate + lines_quarantined, '
'written in the transaction that loads the data.';
comment on column scout.bronze_ingestion_batches.status is
'loaded: all lines taken or identical; partial: some lines are in quarantine; refused: the whole file is; '
'loading is seen by nobody, the row reaches its final status in the same transaction.';

create unique index bronze_ingestion_batches_taken_once
on scout.bronze_ingestion_batches (source_id, content_sha256)
where status <> 'refused';
create unique index bronze_ingestion_batches_refused_once
on scout.bronze_ingestion_batches (source_id, content_sha256, mapping_sha256)
where status = 'refused';

create table scout.bronze_transactions_raw (
    store_id integer not null,
    ingest_xid xid8 not null default pg_current_xact_id(),
    ingest_id bigint generated always as identity,
    received_at timestamptz not null default now(),
    source_id smallint not null,
    batch_id bigint not null,
    line_number bigint not null,
    transaction_id text not null,
    content_hash bytea not null,
    payload jsonb not null,
    primary key (store_id, ingest_xid, ingest_id, received_at)
) partition by range (received_at);
comment on table scout.bronze_transactions_raw is
'Every received record as received, append-only, partitioned by month of receipt (UTC). '
'Customer identifiers are replaced by pseudonyms before they reach this table.';
comment on column scout.bronze_transactions_raw.ingest_xid is
'The writing transaction; (ingest_xid, ingest_id) in numeric order is the cursor of the window.';
comment on column scout.bronze_transactions_raw.content_hash is
'SHA-256 over the lines of this version of the transaction; equal for all its lines.';
comment on column scout.bronze_transactions_raw.line_number is
'Position of the record in its file, header lines not counted, from 1.';

create table scout.bronze_transaction_versions (
    source_id smallint not null,
    transaction_id text not null,
    content_hash bytea not null,
    store_id integer not null,
    batch_id bigint not null,
    line_count bigint not null,
    primary key (source_id, transaction_id, content_hash)
);
comment on table scout.bronze_transaction_versions is
'Registry of every version of every transaction ever received. The same content again is a duplicate, whenever it '
'comes; other content is a new version.';

create table scout.quarantine (
    store_id integer not null default 0,
    quarantine_id bigint generated always as identity,
    layer text not null check (layer in ('bronze', 'silver')),
    source_id smallint not null,
    batch_id bigint not null,
    line_number bigint,
    ingest_id bigint,
    reason_code text not null,
    detail text not null,
    raw_bytes bytea,
    payload jsonb,
    status text not null default 'open' check (status in ('open', 'replayed', 'discarded')),
    quarantined_at timestamptz not null default now(),
    primary key (store_id, quarantine_id),
    check (raw_bytes is not null or payload is not null)
);
comment on table scout.quarantine is
'What could not be taken, with reason and position, its bytes preserved. line_number is null when it is a whole file.';
comment on column scout.quarantine.raw_bytes is
'The bytes as they came; for a whole file the first 64 KiB, the file itself is left where it is.';
create unique index quarantine_silver_once on scout.quarantine (store_id, ingest_id) where layer = 'silver';
create index quarantine_by_batch on scout.quarantine (batch_id);

create table ops.landing_files (
    source_name text not null,
    file_path text not null,
    byte_count bigint not null,
    modified_ns bigint not null,
    outcome text not null,
    seen_at timestamptz not null default now(),
    primary key (source_name, file_path)
);
comment on table ops.landing_files is
'Files of the landing folder that were dealt with, by path, size and modification time. A hint for the sensor: what '
'was taken is decided by content, in the ledger.';

create function scout.integer_form(identifier text) returns text
language sql immutable parallel safe
return case
    -- the common form first: a pattern match costs ten times as much
    when identifier like '%.0' then btrim(left(identifier, -2))
    else regexp_replace(btrim(identifier), '[.]0+$', '')
end;
comment on function scout.integer_form(text) is
'An identifier that was written as a decimal, without its empty decimals: 17850.0 and 17850 are the same.';

create function scout.customer_pseudonym(identifier text) returns uuid
language sql stable parallel safe
return encode(
    substring(
        sha256(
            decode(current_setting('scout.pseudonym_outer'), 'hex')
            || sha256(
                decode(current_setting('scout.pseudonym_inner'), 'hex')
                || convert_to(identifier, 'UTF8')
            )
        )
        from 1 for 16
    ), 'hex'
)::uuid;
comment on function scout.customer_pseudonym(text) is
'HMAC-SHA-256 of a customer identifier, first 16 bytes; the padded keys are settings local to the transaction.';

create function ops.ensure_month_partition(parent regclass, month date) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    first_day constant date := date_trunc('month', month)::date;
    next_first_day constant date := (date_trunc('month', month) + interval '1 month')::date;
    key_type constant text := (
        select format_type(a.atttypid, null)
        from pg_partitioned_table as p
        join pg_attribute as a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
        where p.partrelid = parent
    );
    key_name constant text := (
        select a.attname
        from pg_partitioned_table as p
        join pg_attribute as a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
        where p.partrelid = parent
    );
    utc constant text := case when key_type = 'date' then '' else ' 00:00:00+00' end;
    lower_bound constant text := to_char(first_day, 'YYYY-MM-DD') || utc;
    upper_bound constant text := to_char(next_first_day, 'YYYY-MM-DD') || utc;
    parent_schema text;
    parent_name text;
    partition_name text;
begin
    select n.nspname, c.relname, c.relname || to_char(first_day, '"_y"YYYY"m"MM')
    into parent_schema, parent_name, partition_name
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where c.oid = parent;

    if to_regclass(format('%I.%I', parent_schema, partition_name)) is not null then
        return false;
    end if;
    -- one maker at a time; whoever waited finds the partition made
    perform pg_advisory_xact_lock(hashtextextended('scout partition ' || parent::text, 0));
    -- asked of the table itself: to_regclass may answer from before the wait
    if exists (
        select 1
        from pg_class as made
        join pg_namespace as of_schema on of_schema.oid = made.relnamespace
        where of_schema.nspname = parent_schema and made.relname = partition_name
    ) then
        return false;
    end if;
    -- made apart and attached: ATTACH waits for no reader, CREATE .. PARTITION OF would
    execute format(
        'create table %I.%I (like %I.%I including all excluding identity, constraint month_bounds check (%I >= %L and %I < %L))',
        parent_schema, partition_name, parent_schema, parent_name, key_name, lower_bound, key_name, upper_bound
    );
    execute format(
        'alter table %I.%I attach partition %I.%I for values from (%L) to (%L)',
        parent_schema, parent_name, parent_schema, partition_name, lower_bound, upper_bound
    );
    execute format('alter table %I.%I drop constraint month_bounds', parent_schema, partition_name);
    return true;
end
$$;
comment on function ops.ensure_month_partition(regclass, date) is
'Creates the monthly partition PARENT_yYYYYmMM when it is missing; true when it made one. Bounds carry an explicit '
'offset, so the session time zone does not matter.';
