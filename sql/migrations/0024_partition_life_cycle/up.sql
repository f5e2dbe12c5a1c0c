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

create function ops.layer_open_from(p_layer text) returns date
language sql stable parallel safe
return case
    when
        (p_layer, 'transactions') in (
            select
                bucket_layer.layer,
                bucket_layer.follows
            from ops.bucket_layers as bucket_layer
        )
        then ops.silver_open_from()
    else '-infinity'::date
end;
comment on function ops.layer_open_from(text) is
'First business day of which a table kept by buckets takes marks: that of silver when it is computed from sales, any '
'day when it is computed from feeds alone.';

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
        'select count(*), coalesce(sum(hashtextextended(row(%s)::text, 0)::numeric), 0), jsonb_build_object(%s) from %s as t',
        listed, coalesce(summed, ''), p_relation
    );
end
$$;
comment on function ops.partition_facts(regclass, text[]) is
'Rows of one table, a checksum over the named columns that does not depend on their order, and the sum of every column '
'of numbers. The same facts mean the same content.';

create function ops.partition_migration_problems(p_relation regclass, p_key text)
returns table (problem text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        select format('%s is no plain table', p_relation)
        from pg_class as c where c.oid = p_relation and (c.relkind <> 'r' or c.relispartition)
        union all
        select format('column %s is no date or timestamptz that is never null', p_key)
        where
            not exists (
                select 1 from pg_attribute as a
                where
                    a.attrelid = p_relation and a.attname = p_key and a.attnotnull
                    and a.atttypid in ('date'::regtype, 'timestamptz'::regtype)
            )
        union all
        select 'it has no primary key to go by'
        where not exists (select 1 from pg_constraint as k where k.conrelid = p_relation and k.contype = 'p')
        union all
        select format('unique index %s does not hold column %s: no index of a partitioned table can keep it', i.indexrelid::regclass, p_key)
        from pg_index as i
        where
            i.indrelid = p_relation and i.indisunique and not i.indisprimary
            and not exists (
                select 1 from pg_attribute as a
                where a.attrelid = p_relation and a.attname = p_key and a.attnum = any (i.indkey::smallint[])
            )
        union all
        select format('%s refers to it by a foreign key', k.conrelid::regclass)
        from pg_constraint as k
        where k.confrelid = p_relation and k.contype = 'f'
        union all
        select format('exclusion constraint %s cannot be kept', k.conname)
        from pg_constraint as k
        where k.conrelid = p_relation and k.contype = 'x'
        union all
        select format('materialized view %s stands on it', rule.ev_class::regclass)
        from pg_depend as d
        join pg_rewrite as rule on d.classid = 'pg_rewrite'::regclass and d.objid = rule.oid
        join pg_class as seen on seen.oid = rule.ev_class
        where d.refclassid = 'pg_class'::regclass and d.refobjid = p_relation and seen.relkind = 'm'
        union all
        select distinct format('function %s stands on it', d.objid::regprocedure)
        from pg_depend as d
        where d.refclassid = 'pg_class'::regclass and d.refobjid = p_relation and d.classid = 'pg_proc'::regclass
        union all
        select format('table %s inherits from it, or it from another', i.inhrelid::regclass)
        from pg_inherits as i
        where i.inhparent = p_relation or i.inhrelid = p_relation;
end
$$;
comment on function ops.partition_migration_problems(regclass, text) is
'What keeps a plain table from being moved into monthly partitions; no row when nothing does.';

create function ops.begin_partition_migration(p_relation regclass, p_key text) returns text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    schema_name constant text := (select n.nspname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.oid = p_relation);
    table_name constant text := (select c.relname from pg_class as c where c.oid = p_relation);
    new_name constant text := left(table_name, 48) || '_in_months';
    target constant text := format('%I.%I', schema_name, new_name);
    key_columns constant text[] := array(
        select a.attname::text
        from pg_index as i
        cross join unnest(i.indkey::smallint[]) with ordinality as part (attnum, place)
        join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = part.attnum
        where i.indrelid = p_relation and i.indisprimary
        order by part.place
    );
    each record;
    first_month date;
    last_month date;
begin
    execute format('create table %s (like %s including all excluding indexes excluding identity excluding storage) partition by range (%I)', target, p_relation, p_key);
    -- the key of the months belongs to every unique key of a partitioned table
    execute format(
        'alter table %s add primary key (%s)', target,
        (
            select string_agg(format('%I', name), ', ')
            from unnest(case when p_key = any (key_columns) then key_columns else key_columns || p_key end) as name
        )
    );
    for each in
        select i.indexrelid, c.relname, i.indisunique, pg_get_indexdef(i.indexrelid) as definition
        from pg_index as i
        join pg_class as c on c.oid = i.indexrelid
        where i.indrelid = p_relation and not i.indisprimary
        order by c.relname
    loop
        execute format(
            'create %s index %I on %s%s', case when each.indisunique then 'unique' else '' end,
            left(each.relname, 58) || '_new', target, substring(each.definition from ' USING .*$')
        );
    end loop;
    for each in
        select a.attname, a.attidentity
        from pg_attribute as a
        where a.attrelid = p_relation and a.attidentity <> '' and not a.attisdropped
    loop
        execute format(
            'alter table %s alter column %I add generated %s as identity', target, each.attname,
            case each.attidentity when 'a' then 'always' else 'by default' end
        );
    end loop;
    execute format(
        'select date_trunc(''month'', min(%1$I)::timestamptz at time zone ''UTC'')::date, date_trunc(''month'', max(%1$I)::timestamptz at time zone ''UTC'')::date from %2$s',
        p_key, p_relation
    ) into first_month, last_month;
    perform ops.ensure_month_partition(target::regclass, made.month::date)
    from generate_series(
        coalesce(first_month, current_date),
        greatest(coalesce(last_month, current_date), current_date + interval '3 months'), interval '1 month'
    ) as made (month);
    insert into ops.partition_migrations (relation, new_relation, key_column, state)
    values (format('%I.%I', schema_name, table_name), target, p_key, 'copying');
    return target;
end
$$;
comment on function ops.begin_partition_migration(regclass, text) is
'Makes the empty table in months beside a plain one, with its columns, checks, defaults, comments and indexes.';

create function ops.copy_partition_batch(p_relation text, p_rows integer) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    migration ops.partition_migrations;
    keys constant text[] := array(
        select a.attname::text
        from pg_index as i
        cross join unnest(i.indkey::smallint[]) with ordinality as part (attnum, place)
        join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = part.attnum
        where i.indrelid = p_relation::regclass and i.indisprimary
        order by part.place
    );
    listed constant text := (
        select string_agg(format('%I', a.attname), ', ' order by a.attnum)
        from pg_attribute as a
        where a.attrelid = p_relation::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    );
    key_list constant text := (select string_agg(format('%I', name), ', ') from unnest(keys) as name);
    beyond text;
    months record;
    copied bigint;
    reached jsonb;
begin
    -- two processes take turns; each batch and its place are one transaction
    select * into strict migration from ops.partition_migrations as m where m.relation = p_relation for update;
    if migration.state = 'swapped' then
        return 0;
    end if;
    if migration.last_key is not null then
        beyond := format(
            'where (%s) > (select %s from jsonb_populate_record(null::%s, $1) as last_row)', key_list,
            (select string_agg(format('last_row.%I', name), ', ') from unnest(keys) as name), p_relation
        );
    end if;
    execute format('create temporary table moved on commit drop as select * from %s %s order by %s limit %s', p_relation, coalesce(beyond, ''), key_list, p_rows)
    using migration.last_key;
    for months in execute format('select distinct date_trunc(''month'', %I::timestamptz at time zone ''UTC'')::date as month from pg_temp.moved', migration.key_column) loop
        perform ops.ensure_month_partition(migration.new_relation::regclass, months.month);
    end loop;
    execute format('insert into %s (%s) overriding system value select %s from pg_temp.moved', migration.new_relation, listed, listed);
    get diagnostics copied = row_count;
    execute format(
        'select to_jsonb(kept) from (select %s from pg_temp.moved order by %s limit 1) as kept', key_list,
        (select string_agg(format('%I desc', name), ', ') from unnest(keys) as name)
    ) into reached;
    update ops.partition_migrations as m
    set last_key = coalesce(reached, m.last_key), row_count = m.row_count + copied, changed_at = clock_timestamp()
    where m.relation = p_relation;
    drop table pg_temp.moved;
    return copied;
end
$$;
comment on function ops.copy_partition_batch(text, integer) is
'Copies the next rows in the order of the primary key and remembers how far it came; 0 at the end.';

create function ops.swap_partitioned(p_relation text)
returns table (row_count bigint, row_checksum numeric, changed_rows bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    migration ops.partition_migrations;
    old constant oid := p_relation::regclass;
    schema_name constant text := (select n.nspname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.oid = old);
    table_name constant text := (select c.relname from pg_class as c where c.oid = old);
    old_name constant text := left(table_name, 44) || '_before_months';
    new_name text;
    listed constant text[] := array(
        select a.attname::text from pg_attribute as a
        where a.attrelid = old and a.attnum > 0 and not a.attisdropped order by a.attnum
    );
    written constant text := (
        select string_agg(format('%I', a.attname), ', ' order by a.attnum)
        from pg_attribute as a
        where a.attrelid = old and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    );
    joined constant text := (
        select string_agg(format('n.%1$I = o.%1$I', a.attname), ' and ')
        from pg_index as i
        join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::smallint[])
        where i.indrelid = old and i.indisprimary
    );
    compared constant text := (select string_agg(format('%%1$s.%I', name), ', ') from unnest(listed) as name);
    definitions text[];
    dropped_views text[];
    each record;
    months record;
    before record;
    done record;
    delta bigint;
    value bigint;
begin
    perform set_config('lock_timeout', '2s', true);
    select * into strict migration from ops.partition_migrations as m where m.relation = p_relation for update;
    if migration.state = 'swapped' then
        raise exception '% is moved already, by another process', p_relation;
    end if;
    execute format('lock table %s in access exclusive mode', p_relation);
    new_name := (select c.relname from pg_class as c where c.oid = migration.new_relation::regclass);

    -- what was written while the batches were copied: changed and deleted rows go, missing ones come
    execute format(
        'delete from %s as n where not exists (select 1 from %s as o where %s and (row(%s) is not distinct from row(%s)))',
        migration.new_relation, p_relation, joined, format(compared, 'o'), format(compared, 'n')
    );
    get diagnostics changed_rows = row_count;
    for months in execute format('select distinct date_trunc(''month'', %I::timestamptz at time zone ''UTC'')::date as month from %s', migration.key_column, p_relation) loop
        perform ops.ensure_month_partition(migration.new_relation::regclass, months.month);
    end loop;
    execute format(
        'insert into %s (%s) overriding system value select %s from %s as o where not exists (select 1 from %s as n where %s)',
        migration.new_relation, written, (select string_agg(format('o.%s', trim(name)), ', ') from unnest(string_to_array(written, ',')) as name),
        p_relation, migration.new_relation, joined
    );
    get diagnostics delta = row_count;
    changed_rows := changed_rows + delta;
    select * into before from ops.partition_facts(old, listed);
    select * into done from ops.partition_facts(migration.new_relation::regclass, listed);
    if before is distinct from done then
        raise exception 'the copy of % has % rows and the table %, or other content; nothing was swapped', p_relation, done.row_count, before.row_count;
    end if;

    -- said while the table still has its name, so that it means the new one afterwards
    with recursive standing as (
        select distinct rule.ev_class as view_oid, 1 as depth
        from pg_depend as d
        join pg_rewrite as rule on d.classid = 'pg_rewrite'::regclass and d.objid = rule.oid
        where d.refclassid = 'pg_class'::regclass and d.refobjid = old and rule.ev_class <> old
        union
        select rule.ev_class, standing.depth + 1
        from standing
        join pg_depend as d on d.refclassid = 'pg_class'::regclass and d.refobjid = standing.view_oid
        join pg_rewrite as rule on d.classid = 'pg_rewrite'::regclass and d.objid = rule.oid
        where rule.ev_class <> standing.view_oid
    ),
    views as (
        select view_oid, max(depth) as depth from standing group by view_oid
    ),
    steps as (
        select
            100 + v.depth * 10 as place, v.view_oid::regclass::text as name,
            format(
                'create view %s%s as %s', v.view_oid::regclass,
                coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', ''), pg_get_viewdef(v.view_oid)
            ) as text
        from views as v join pg_class as c on c.oid = v.view_oid
        union all
        select 101 + v.depth * 10, v.view_oid::text, format('alter view %s owner to %s', v.view_oid::regclass, c.relowner::regrole)
        from views as v join pg_class as c on c.oid = v.view_oid
        union all
        select 102 + v.depth * 10, v.view_oid::text, format('comment on view %s is %L', v.view_oid::regclass, obj_description(v.view_oid, 'pg_class'))
        from views as v where obj_description(v.view_oid, 'pg_class') is not null
        union all
        select
            103 + v.depth * 10, v.view_oid::text,
            format('grant %s on %s to %s%s', g.privilege_type, v.view_oid::regclass, case g.grantee when 0 then 'public' else g.grantee::regrole::text end, case when g.is_grantable then ' with grant option' else '' end)
        from views as v join pg_class as c on c.oid = v.view_oid cross join aclexplode(c.relacl) as g
        where g.grantee <> c.relowner
        union all
        select 1, 'owner', format('alter table %s owner to %s', p_relation, c.relowner::regrole) from pg_class as c where c.oid = old
        union all
        select 2, g.grantee::text, format('grant %s on %s to %s%s', g.privilege_type, p_relation, case g.grantee when 0 then 'public' else g.grantee::regrole::text end, case when g.is_grantable then ' with grant option' else '' end)
        from pg_class as c cross join aclexplode(c.relacl) as g
        where c.oid = old and g.grantee <> c.relowner
        union all
        select 3, a.attname, format('grant %s (%I) on %s to %s', g.privilege_type, a.attname, p_relation, case g.grantee when 0 then 'public' else g.grantee::regrole::text end)
        from pg_attribute as a cross join aclexplode(a.attacl) as g
        where a.attrelid = old and not a.attisdropped
        union all
        select 4, 'comment', format('comment on table %s is %L', p_relation, obj_description(old, 'pg_class'))
        where obj_description(old, 'pg_class') is not null
        union all
        select 5, k.conname, format('alter table %s add constraint %I %s', p_relation, k.conname, pg_get_constraintdef(k.oid))
        from pg_constraint as k where k.conrelid = old and k.contype = 'f'
        union all
        select 6, t.tgname, pg_get_triggerdef(t.oid) from pg_trigger as t where t.tgrelid = old and not t.tgisinternal
        union all
        select
            7, p.policyname,
            format(
                'create policy %I on %s as %s for %s to %s%s%s', p.policyname, p_relation, p.permissive, p.cmd,
                (select string_agg(case role when 'public' then role else quote_ident(role) end, ', ') from unnest(p.roles::text[]) as role),
                coalesce(' using (' || p.qual || ')', ''), coalesce(' with check (' || p.with_check || ')', '')
            )
        from pg_policies as p where p.schemaname = schema_name and p.tablename = table_name
        union all
        select 8, 'rls', format('alter table %s enable row level security', p_relation) from pg_class as c where c.oid = old and c.relrowsecurity
        union all
        select 9, 'force', format('alter table %s force row level security', p_relation) from pg_class as c where c.oid = old and c.relforcerowsecurity
        union all
        select 10, pub.pubname, format('alter publication %I drop table %I.%I', pub.pubname, schema_name, old_name)
        from pg_publication_rel as r join pg_publication as pub on pub.oid = r.prpubid where r.prrelid = old
        union all
        select 11, pub.pubname, format('alter publication %I add table %s', pub.pubname, p_relation)
        from pg_publication_rel as r join pg_publication as pub on pub.oid = r.prpubid where r.prrelid = old
        union all
        select 12, seq.relname, format('alter sequence %I.%I owned by %s.%I', schema_name, seq.relname, p_relation, a.attname)
        from pg_depend as d
        join pg_class as seq on seq.oid = d.objid and seq.relkind = 'S'
        join pg_attribute as a on a.attrelid = old and a.attnum = d.refobjsubid
        where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = old and d.deptype = 'a'
    )
    select array_agg(steps.text order by steps.place, steps.name),
        array(select v.view_oid::regclass::text from views as v order by v.depth desc)
    into definitions, dropped_views
    from steps;

    for each in select name from unnest(dropped_views) as name loop
        execute format('drop view %s', each.name);
    end loop;
    -- a new row takes the next number, not the first
    for each in
        select a.attname from pg_attribute as a where a.attrelid = old and a.attidentity <> '' and not a.attisdropped
    loop
        execute format('select nextval(%L::regclass)', pg_get_serial_sequence(p_relation, each.attname)) into value;
        perform setval(pg_get_serial_sequence(migration.new_relation, each.attname)::regclass, value, false);
    end loop;
    execute format('alter table %s rename to %I', p_relation, old_name);
    for each in
        select c.relname, p.relname as old_index
        from pg_index as i join pg_class as c on c.oid = i.indexrelid
        cross join lateral (select c.relname) as p
        where i.indrelid = old
    loop
        execute format('alter index %I.%I rename to %I', schema_name, each.relname, left(each.relname, 58) || '_old');
        if to_regclass(format('%I.%I', schema_name, left(each.relname, 58) || '_new')) is not null then
            execute format('alter index %I.%I rename to %I', schema_name, left(each.relname, 58) || '_new', each.relname);
        end if;
    end loop;
    for each in
        select part.inhrelid::regclass::text as name, c.relname
        from pg_inherits as part join pg_class as c on c.oid = part.inhrelid
        where part.inhparent = migration.new_relation::regclass
    loop
        execute format('alter table %s rename to %I', each.name, table_name || right(each.relname, 9));
    end loop;
    execute format('alter table %s rename to %I', migration.new_relation, table_name);
    for each in select text from unnest(definitions) as text loop
        execute each.text;
    end loop;
    update ops.partition_migrations as m set state = 'swapped', changed_at = clock_timestamp(), row_count = done.row_count
    where m.relation = p_relation;
    insert into ops.partition_maintenance_log (action, relation, detail)
    values ('swapped', p_relation, jsonb_build_object('rows', done.row_count, 'kept_as', old_name));
    row_count := done.row_count;
    row_checksum := done.row_checksum;
    return next;
end
$$;
comment on function ops.swap_partitioned(text) is
'Takes over what was written since the copy, compares rows, checksum and sums, and gives the table in months the name, '
'owner, grants, policies, triggers, foreign keys and views of the plain one, which is kept under another name.';

create function ops.confirm_partitioned(p_relation text) returns text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    schema_name constant text := (select n.nspname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.oid = p_relation::regclass);
    old_name constant text := (select left(c.relname, 44) || '_before_months' from pg_class as c where c.oid = p_relation::regclass);
begin
    execute format('drop table %I.%I', schema_name, old_name);
    delete from ops.partition_migrations where relation = p_relation and state = 'swapped';
    insert into ops.partition_maintenance_log (action, relation) values ('confirmed', p_relation);
    return old_name;
end
$$;
comment on function ops.confirm_partitioned(text) is 'Drops the plain table that a swap has kept.';
