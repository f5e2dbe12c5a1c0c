-- 0024_partition_life_cycle: months ahead, months archived, and what the rest of the database must know about them.

create table ops.archived_months (
    layer text not null check (layer in ('bronze', 'silver')),
    month date not null check (month = date_trunc('month', month)),
    state text not null check (state in ('archiving', 'archived', 'restoring')),
    frozen_at timestamptz not null default clock_timestamp(),
    changed_at timestamptz not null default clock_timestamp(),
    sales_value numeric,
    primary key (layer, month)
);
comment on table ops.archived_months is
'Months that are frozen: on their way into the archive, in it, or on their way back. From its row on nothing computes '
'a month again; the row goes when the month is whole again. Of silver they are the oldest ones, without a gap.';
comment on column ops.archived_months.month is
'First day: of receipt in UTC (bronze), of the business day (silver).';
comment on column ops.archived_months.sales_value is
'Of silver: the value of its sales when it was frozen, which gold goes on showing.';

create table ops.archived_partitions (
    relation text not null,
    month date not null,
    layer text not null,
    partition_name text not null,
    state text not null check (state in ('frozen', 'written', 'detached', 'dropped')),
    row_count bigint,
    row_checksum numeric,
    sums jsonb,
    file_url text,
    file_bytes bigint,
    file_sha256 text,
    archived_at timestamptz,
    changed_at timestamptz not null default clock_timestamp(),
    primary key (relation, month),
    foreign key (layer, month) references ops.archived_months (layer, month)
);
comment on table ops.archived_partitions is
'Each partition of a frozen month: how far it is, where its file is, and what is in it. dropped: in the file alone.';
comment on column ops.archived_partitions.row_checksum is
'Sum of a hash of each row as text; the same in whatever order the rows come.';
comment on column ops.archived_partitions.sums is
'The sum of every column of numbers, as exact text.';

create table ops.archived_customers (
    month date not null,
    customer_id uuid not null,
    transaction_count bigint not null,
    purchase_count bigint not null,
    first_purchase_date date,
    last_purchase_date date,
    first_date date not null,
    last_date date not null,
    monetary numeric not null,
    primary key (month, customer_id)
);
comment on table ops.archived_customers is
'What a customer bought in an archived month of silver: what his insights go on counting.';
create index archived_customers_by_customer on ops.archived_customers (customer_id);

create table ops.archived_batches (
    month date not null,
    batch_id bigint not null,
    line_count bigint not null,
    primary key (batch_id, month)
);
comment on table ops.archived_batches is
'Lines of each received file that lie in an archived month of bronze: what the ledger goes on counting.';

create table ops.partition_maintenance_log (
    log_id bigint generated always as identity primary key,
    logged_at timestamptz not null default clock_timestamp(),
    action text not null,
    relation text,
    month date,
    detail jsonb not null default '{}'
);
comment on table ops.partition_maintenance_log is
'Every step of the life of a partition, written in the transaction of the step, or right after one that refuses '
'transactions.';
create index partition_maintenance_log_by_month on ops.partition_maintenance_log (month, relation);

create table ops.partition_migrations (
    relation text primary key,
    new_relation text not null,
    key_column text not null,
    state text not null check (state in ('copying', 'swapped')),
    last_key jsonb,
    row_count bigint not null default 0,
    started_at timestamptz not null default clock_timestamp(),
    changed_at timestamptz not null default clock_timestamp()
);
comment on table ops.partition_migrations is
'Tables that are being moved into monthly partitions, and how far they are.';

create function ops.silver_kept_from() returns date
language sql stable parallel safe
return coalesce(
    (
        select (max(frozen.month) + interval '1 month')::date
        from ops.archived_months as frozen
        where frozen.layer = 'silver'
    ),
    '-infinity'::date
);
comment on function ops.silver_kept_from() is
'First business day that silver still has whole; -infinity while nothing is archived. What is shown of earlier days '
'can no longer be computed or compared.';

create function ops.silver_open_from() returns date
language sql stable parallel safe
return date_trunc('week', ops.silver_kept_from() + 6)::date;
comment on function ops.silver_open_from() is
'First business day whose sales may change: the first Monday that silver has whole. Figures of the week before it '
'stand on days that are archived.';

create function ops.is_sale_archived(p_source_id smallint, p_transaction_id text) returns boolean
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    -- the usual case first
    if not exists (select 1 from ops.archived_months) then
        return false;
    end if;
    return exists (
        select 1
        from scout.silver_transaction_keys as known
        where
            known.source_id = p_source_id
            and known.transaction_id = p_transaction_id
            and known.date_key < ops.silver_open_from()
    ) or exists (
        select 1
        from scout.bronze_transaction_versions as version
        join scout.bronze_ingestion_batches as batch on batch.batch_id = version.batch_id
        join ops.archived_months as frozen
            on frozen.layer = 'bronze'
            and frozen.month = date_trunc('month', batch.received_at at time zone 'UTC')::date
        where version.source_id = p_source_id and version.transaction_id = p_transaction_id
    );
end
$$;
comment on function ops.is_sale_archived(smallint, text) is
'True when a sale cannot be computed again before a month is restored: its business day is frozen, or a record of it '
'lies in an archived month of bronze.';

create view ops.partitions as
with placed as (
    select
        of_schema.nspname || '.' || parent.relname as relation,
        part_schema.nspname || '.' || part.relname as partition_name,
        key_column.attname::text as key_column,
        format_type(key_column.atttypid, null) as key_type,
        pg_get_expr(part.relpartbound, part.oid) as bounds,
        place.inhdetachpending as is_detach_pending,
        part.reltuples::bigint as estimated_rows,
        pg_total_relation_size(part.oid) as total_bytes
    from pg_partitioned_table as scheme
    inner join pg_class as parent on scheme.partrelid = parent.oid
    inner join pg_namespace as of_schema on parent.relnamespace = of_schema.oid
    inner join pg_attribute as key_column
        on parent.oid = key_column.attrelid and scheme.partattrs[0] = key_column.attnum
    inner join pg_inherits as place on parent.oid = place.inhparent
    inner join pg_class as part on place.inhrelid = part.oid
    inner join pg_namespace as part_schema on part.relnamespace = part_schema.oid
    where
        scheme.partstrat = 'r' and scheme.partnatts = 1
        and key_column.atttypid in ('date'::regtype, 'timestamptz'::regtype)
        and of_schema.nspname in ('scout', 'ops')
),

bounded as (
    select
        placed.*,
        -- a bound that is an instant is printed with its offset, one that is a day without
        (regexp_match(placed.bounds, 'FROM \(''([^'']+)''\)'))[1]
        || case placed.key_type when 'date' then ' 00:00:00+00' else '' end as lower_text,
        (regexp_match(placed.bounds, 'TO \(''([^'']+)''\)'))[1]
        || case placed.key_type when 'date' then ' 00:00:00+00' else '' end as upper_text
    from placed
)

select
    bounded.relation,
    bounded.partition_name,
    bounded.key_column,
    bounded.key_type,
    bounded.is_detach_pending,
    bounded.estimated_rows,
    bounded.total_bytes,
    bounded.lower_text::timestamptz as lower_at,
    bounded.upper_text::timestamptz as upper_at,
    date_trunc('month', bounded.lower_text::timestamptz at time zone 'UTC')::date as month,
    coalesce(
        bounded.lower_text::timestamptz at time zone 'UTC'
        = date_trunc('month', bounded.lower_text::timestamptz at time zone 'UTC')
        and bounded.upper_text::timestamptz at time zone 'UTC'
        = date_trunc('month', bounded.lower_text::timestamptz at time zone 'UTC') + interval '1 month',
        false
    ) as is_whole_month
from bounded;
comment on view ops.partitions is
'Every partition with its real bounds, read from the catalogue; names say nothing here. estimated_rows is -1 while '
'nobody has analysed it.';

create function ops.create_partition(parent regclass, year integer, month integer) returns boolean
language sql
return ops.ensure_month_partition(parent, make_date(year, month, 1));
comment on function ops.create_partition(regclass, integer, integer) is
'Creates one monthly partition; false when it is there.';

create function ops.ensure_future_partitions(months integer default 3, as_of timestamptz default now())
returns table (relation text, month date, is_made boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    parent regclass;
    ahead integer;
begin
    for parent in
        select scheme.partrelid::regclass
        from pg_partitioned_table as scheme
        join pg_class as found on found.oid = scheme.partrelid
        join pg_namespace as of_schema on of_schema.oid = found.relnamespace
        join pg_attribute as key_column
            on key_column.attrelid = scheme.partrelid and key_column.attnum = scheme.partattrs[0]
        where
            scheme.partstrat = 'r' and scheme.partnatts = 1
            and key_column.atttypid in ('pg_catalog.date'::regtype, 'pg_catalog.timestamptz'::regtype)
            and of_schema.nspname in ('scout', 'ops')
        -- in one order, so that two makers wait for each other and never in a circle
        order by of_schema.nspname, found.relname
    loop
        for ahead in 0..months loop
            relation := parent::text;
            month := (date_trunc('month', as_of at time zone 'UTC') + make_interval(months => ahead))::date;
            is_made := ops.ensure_month_partition(parent, month);
            return next;
        end loop;
    end loop;
end
$$;
comment on function ops.ensure_future_partitions(integer, timestamptz) is
'Makes the partitions of this month and of so many after it, of every table in months. Bounds carry an explicit '
'offset; no table has a DEFAULT partition.';

create function ops.list_archivable_partitions(months_to_keep integer, as_of timestamptz default now())
returns table (relation text, partition_name text, month date, estimated_rows bigint, total_bytes bigint)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        select part.relation, part.partition_name, part.month, part.estimated_rows, part.total_bytes
        from ops.partitions as part
        where
            part.is_whole_month
            and part.upper_at at time zone 'UTC'
            <= date_trunc('month', as_of at time zone 'UTC') - make_interval(months => months_to_keep)
        order by part.month, part.relation;
end
$$;
comment on function ops.list_archivable_partitions(integer, timestamptz) is
'Partitions that end before the last months_to_keep whole months, by their real bounds.';

create function ops.analyze_partitions(only_relation text default null)
returns table (relation text, partition_count bigint, estimated_rows bigint, total_bytes bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    parent text;
begin
    for parent in
        select distinct part.relation from ops.partitions as part
        where only_relation is null or part.relation = only_relation
        order by part.relation
    loop
        -- autovacuum analyses partitions and never their parent
        execute format('analyze %s', parent::regclass);
    end loop;
    return query
        select
            part.relation,
            count(*),
            sum(greatest(part.estimated_rows, 0))::bigint,
            sum(part.total_bytes)::bigint
        from ops.partitions as part
        where only_relation is null or part.relation = only_relation
        group by part.relation
        order by part.relation;
end
$$;
comment on function ops.analyze_partitions(text) is
'Collects statistics of tables in months, parents too, and returns their partitions, rows and bytes.';

create function ops.partition_facts(p_relation regclass, p_columns text[])
returns table (row_count bigint, row_checksum numeric, sums jsonb)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    listed constant text := (
        select string_agg(format('t.%I', named.name), ', ' order by named.place)
        from unnest(p_columns) with ordinality as named (name, place)
    );
    summed constant text := (
        select string_agg(format('%L, sum(t.%I)::text', a.attname, a.attname), ', ' order by a.attnum)
        from pg_attribute as a
        where
            a.attrelid = p_relation and a.attname = any (p_columns)
            and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
    );
begin
    return query execute format(
        'select count(*), coalesce(sum(hashtextextended(row(%s)::text, 0)::numeric), 0), jsonb_build_object(%s) from only %s as t',
        listed, coalesce(summed, ''), p_relation
    );
end
$$;
comment on function ops.partition_facts(regclass, text[]) is
'Rows of one table, a checksum over the named columns that does not depend on their order, and the sum of every column '
'of numbers. The same facts mean the same content.';
