-- 0038_quality_scan: the scan that asks the rules of a day also keeps what only the rules need, rules are registered
-- once, and findings of tables without days end.
create table ops.data_quality_registry (
    is_only boolean primary key default true check (is_only),
    digest text not null,
    row_versions text not null,
    registered_at timestamptz not null default now()
);
comment on table ops.data_quality_registry is
'The digest of the declaration that was registered last, and the versions of the rows that it left.';

create function ops.data_quality_row_versions() returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    -- a row that is written gets another xmin, whoever writes it
    select count(*) || ' ' || coalesce(sum(known.version), 0)
    from (
        select xmin::text::numeric as version from ops.data_quality_tables
        union all
        select xmin::text::numeric as version from ops.data_quality_rules
    ) as known;
$$;
comment on function ops.data_quality_row_versions() is
'A word that is another one after any change of the registered tables and rules.';

create function ops.quality_has_days(p_rule_id text) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select not exists (
        select 1
        from ops.data_quality_tables as declared
        where
            declared.day_grain = 'table'
            -- the id of a rule is its table, a dot and its name
            and declared.table_name = regexp_replace(p_rule_id, '[.][^.]*$', '')
    );
$$;
comment on function ops.quality_has_days(text) is
'Whether findings of a rule belong to a day; not of a table that is checked whole, as it is now.';

-- of the findings that were raised once a day for one condition, the latest is left
update ops.data_quality_issues as issue
set
    status = 'resolved',
    resolved_at = clock_timestamp(),
    resolved_by = 'migration',
    resolution = 'found again on a later day'
where
    issue.status <> 'resolved'
    and not ops.quality_has_days(issue.rule_id)
    and exists (
        select 1
        from ops.data_quality_issues as later
        where
            later.rule_id = issue.rule_id
            and later.key = issue.key
            and later.status <> 'resolved'
            and later.metric_date > issue.metric_date
    );

create or replace function ops.raise_data_quality_issue(
    p_rule_id text,
    p_metric_date date,
    p_store_id integer,
    p_key jsonb,
    p_severity text,
    p_observed text,
    p_expected text
) returns bigint
language sql
begin atomic
    -- a table without days is found as it is now: what was found of it on another day is the same finding
    update ops.data_quality_issues as issue
    set metric_date = p_metric_date
    where
        issue.rule_id = p_rule_id
        and issue.key = coalesce(p_key, '{}')
        and issue.metric_date <> p_metric_date
        and issue.status <> 'resolved'
        and not ops.quality_has_days(p_rule_id);

    insert into ops.data_quality_issues as issue (
        rule_id, table_name, metric_date, store_id, key, severity, observed, expected
    )
    values (
        p_rule_id,
        -- the id of a rule is its table, a dot and its name
        regexp_replace(p_rule_id, '[.][^.]*$', ''),
        p_metric_date,
        p_store_id,
        coalesce(p_key, '{}'),
        p_severity,
        p_observed,
        p_expected
    )
    on conflict (rule_id, metric_date, key) where status <> 'resolved' do update
        set
            store_id = excluded.store_id,
            severity = excluded.severity,
            observed = excluded.observed,
            expected = excluded.expected,
            last_seen_at = clock_timestamp(),
            times_seen = issue.times_seen + 1
    returning issue.issue_id;
end;
comment on function ops.raise_data_quality_issue(text, date, integer, jsonb, text, text, text) is
'Notes a finding, or that a known one was seen again, and returns its number. That of a table without days moves '
'to the day of the check.';

create or replace function ops.settle_data_quality_issues(
    p_rule_id text, p_metric_date date, p_failing_keys jsonb
) returns bigint
language sql
begin atomic
    with failing as (
        select jsonb_array_elements(p_failing_keys) as key
    ),

    resolved as (
        update ops.data_quality_issues as issue
        set status = 'resolved', resolved_at = clock_timestamp(), resolved_by = 'check', resolution = 'no longer found'
        where
            issue.rule_id = p_rule_id
            and (issue.metric_date = p_metric_date or not ops.quality_has_days(p_rule_id))
            and issue.status <> 'resolved'
            and issue.key not in (select failing.key from failing)
        returning 1
    )

    select count(*) from resolved;
end;
comment on function ops.settle_data_quality_issues(text, date, jsonb) is
'Resolves the findings of a rule and day (a table without days: of the rule) but those whose keys are in the array; '
'returns how many.';

create table ops.line_shares (
    measure text not null,
    date_key date not null,
    share numeric not null,
    counted bigint not null,
    primary key (measure, date_key)
);
comment on table ops.line_shares is
'Which part of the lines of each day has each brand, category and so on. Kept by the scan that checks the lines of the '
'day: the history that the next days are compared with.';
comment on table ops.day_shares is
'Which part of the sales of each day has each payment method, hour and so on. Kept by the scan that checks the sales '
'of the day: the history that the next days are compared with.';
comment on table ops.code_prices is
'What one unit of each code was sold for on each day, over all stores: the history that its price is compared with. '
'Kept by the scan that checks the lines of the day.';
create index line_shares_by_day on ops.line_shares (date_key);

-- until now the shares of lines stood with those of sales, were judged there, and have their findings there
with moved as (
    delete from ops.day_shares as share
    where share.measure ~ '^(brand|category|detection method|unit) '
    returning share.measure, share.date_key, share.share, share.counted
)

insert into ops.line_shares (measure, date_key, share, counted)
select
    moved.measure,
    moved.date_key,
    moved.share,
    moved.counted
from moved;

insert into ops.data_quality_metrics (
    metric_date, table_name, checked_at, total_records, null_count, outlier_count, passes, seconds, seen_xid
)
select distinct on (metric.metric_date)
    metric.metric_date,
    'ops.line_shares' as table_name,
    metric.checked_at,
    (
        select count(*)
        from ops.line_shares as share
        where share.date_key = metric.metric_date
    ) as total_records,
    0 as null_count,
    0 as outlier_count,
    metric.passes,
    0 as seconds,
    metric.seen_xid
from ops.data_quality_metrics as metric
where metric.table_name = 'ops.day_shares'
order by metric.metric_date asc, metric.checked_at desc;

update ops.data_quality_issues
set rule_id = 'ops.line_shares.make_up_of_the_lines_is_usual', table_name = 'ops.line_shares'
where
    rule_id = 'ops.day_shares.make_up_of_the_day_is_usual'
    and key ->> 'measure' ~ '^(brand|category|detection method|unit) ';

create type ops.quality_tallies as (columns text, expressions text);
comment on type ops.quality_tallies is
'What the statement of a day also does: further columns of the checked rows, and further expressions that keep them.';

create function ops.quality_tallies(p_table regclass, p_day date) returns ops.quality_tallies
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    tallies ops.quality_tallies := row('', '');
    into_shares text;
begin
    case p_table::text
        when 'scout.silver_transactions_cleaned' then
            tallies.columns := $columns$, t.deleted_at as tally_deleted_at, t.sold_hour::text as tally_hour,
        t.payment_method as tally_payment_method, t.customer_id as tally_customer_id,
        case when t.customer_id is not null then 'given' end as tally_customer,
        t.customer_type as tally_customer_type, t.gender as tally_gender, t.age_bracket as tally_age_bracket,
        t.economic_class as tally_economic_class, t.transaction_type as tally_type,
        date_bin('1 minute', t.sold_at, '2000-01-01 00:00+00') as tally_minute$columns$;
            -- sets of a few values each: one pass, and no table of their combinations
            tallies.expressions := $expressions$tallied as (
    select
        case
            when grouping(tally_hour) = 0 then 'hour ' || coalesce(tally_hour, 'none')
            when grouping(tally_payment_method) = 0 then 'payment method ' || coalesce(tally_payment_method, 'none')
            when grouping(tally_customer) = 0 then 'customer ' || coalesce(tally_customer, 'none')
            when grouping(tally_customer_type) = 0 then 'customer type ' || coalesce(tally_customer_type, 'none')
            when grouping(tally_gender) = 0 then 'gender ' || coalesce(tally_gender, 'none')
            when grouping(tally_age_bracket) = 0 then 'age bracket ' || coalesce(tally_age_bracket, 'none')
            when grouping(tally_economic_class) = 0 then 'economic class ' || coalesce(tally_economic_class, 'none')
            when grouping(tally_type) = 0 then 'type ' || coalesce(tally_type, 'none')
        end as measure,
        count(*) as counted
    from checked
    where tally_deleted_at is null
    group by grouping sets (
        (tally_hour), (tally_payment_method), (tally_customer), (tally_customer_type), (tally_gender),
        (tally_age_bracket), (tally_economic_class), (tally_type)
    )
),

shares as (
    select tallied.measure, tallied.counted, tallied.counted / sales.n as share
    from tallied
    cross join (select count(*)::numeric as n from checked where tally_deleted_at is null) as sales
    union all
    select 'the busiest minute', max(minutes.n), max(minutes.n) / sum(minutes.n)
    from (
        select count(*) as n from checked where tally_deleted_at is null group by tally_minute
    ) as minutes
    having count(*) > 0
    union all
    select 'the most frequent customer', max(customers.n), max(customers.n) / sum(customers.n)
    from (
        select count(*) as n
        from checked
        where tally_deleted_at is null and tally_customer_id is not null
        group by tally_customer_id
    ) as customers
    having count(*) > 0
),

$expressions$;
            into_shares := 'ops.day_shares';
        when 'scout.silver_transaction_items' then
            tallies.columns := $columns$, t.sku as tally_sku, t.brand_name as tally_brand,
        t.category as tally_category, t.detection_method as tally_method, t.unit as tally_unit,
        t.quantity as tally_quantity, t.subtotal as tally_subtotal,
        t.line_type = 'sale' and t.unit_price > 0 and t.quantity > 0 as tally_is_priced$columns$;
            -- a code has one brand, category and unit as a rule: hardly more groups than codes
            tallies.expressions := format(
                $expressions$tallied as materialized (
    select
        tally_sku, tally_brand, tally_category, tally_method, tally_unit,
        count(*) as counted,
        count(*) filter (where tally_is_priced) as line_count,
        sum(tally_quantity) filter (where tally_is_priced) as quantity,
        sum(tally_subtotal) filter (where tally_is_priced) as subtotal
    from checked
    group by tally_sku, tally_brand, tally_category, tally_method, tally_unit
),

sold as (
    select tally_sku as sku, sum(subtotal) / sum(quantity) as avg_price, sum(line_count) as line_count
    from tallied
    where line_count > 0 and tally_sku is not null
    group by tally_sku
),

kept_prices as (
    insert into ops.code_prices (sku, date_key, avg_price, line_count, list_price)
    select
        sold.sku, %1$L::date, sold.avg_price, sold.line_count,
        (
            select nullif(max(product.list_price), 0)
            from scout.dim_product as product
            where product.sku = sold.sku and product.valid_from <= %1$L and product.valid_to > %1$L
        )
    from sold
    on conflict (sku, date_key) do update
        set avg_price = excluded.avg_price, line_count = excluded.line_count, list_price = excluded.list_price
),

gone_prices as (
    delete from ops.code_prices as known
    where known.date_key = %1$L and not exists (select from sold where sold.sku = known.sku)
),

shares as (
    select
        given.name || ' ' || coalesce(given.value, 'none') as measure, sum(tallied.counted) as counted,
        sum(tallied.counted) / sum(sum(tallied.counted)) over (partition by given.name) as share
    from tallied
    cross join lateral (
        values
        ('brand', tally_brand), ('category', tally_category), ('detection method', tally_method), ('unit', tally_unit)
    ) as given (name, value)
    group by given.name, given.value
),

$expressions$,
                p_day
            );
            into_shares := 'ops.line_shares';
        else
            return tallies;
    end case;
    -- a value of the last four weeks that is gone has a share of 0, unless nothing came at all
    tallies.expressions := tallies.expressions || format(
        $expressions$day_of_shares as (
    select measure, share, counted from shares
    union all
    select distinct known.measure, 0::numeric, 0::bigint
    from %1$s as known
    where
        known.date_key >= %2$L::date - 28 and known.date_key < %2$L
        and not exists (select from shares where shares.measure = known.measure)
        and exists (select from shares)
),

kept_shares as (
    insert into %1$s (measure, date_key, share, counted)
    select measure, %2$L::date, share, counted from day_of_shares
    on conflict (measure, date_key) do update set share = excluded.share, counted = excluded.counted
),

gone_shares as (
    delete from %1$s as known
    where
        known.date_key = %2$L and not exists (select from day_of_shares as kept where kept.measure = known.measure)
),

$expressions$,
        into_shares, p_day
    );
    return tallies;
end
$$;
comment on function ops.quality_tallies(regclass, date) is
'What the statement of a day keeps of the rows that it reads, to be judged next: the prices of codes and the make-up '
'of the day. Empty for a table of which nothing is kept.';

create or replace function ops.quality_statement(p_table regclass, p_day date) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    declared constant ops.data_quality_tables := (
        select known from ops.data_quality_tables as known where known.table_name::regclass = p_table
    );
    row_rules constant ops.data_quality_rules[] := array(
        select rule
        from ops.data_quality_rules as rule
        where rule.table_name = declared.table_name and rule.is_active and rule.scope = 'row'
        order by rule.rule_id
    );
    day_rules constant ops.data_quality_rules[] := array(
        select rule
        from ops.data_quality_rules as rule
        where
            rule.table_name = declared.table_name and rule.is_active and rule.scope = 'day'
            and rule.dimension in ('uniqueness', 'freshness')
        order by rule.rule_id
    );
    measured constant text[] := array(
        select distinct measure.name
        from ops.data_quality_rules as rule
        cross join lateral (
            values
            (case when rule.table_name = declared.table_name then rule.column_names[1] end),
            (case when rule.parameters ->> 'table' = declared.table_name then rule.parameters ->> 'column' end)
        ) as measure (name)
        where rule.is_active and rule.dimension = 'reconciliation' and rule.scope = 'day' and measure.name is not null
        order by measure.name
    );
    keys constant text := (
        select string_agg('t.' || ops.quality_column(p_table, key_column), ', ')
        from unnest(declared.key_columns) as key_column
    );
    columns text := keys;
    totals text := 'count(*) as n';
    pairs text[] := '{}';
    repeats text := '';
    mask text := '0::bigint';
    weight text := coalesce(
        (select 't.' || ops.quality_column(p_table, declared.weight_column)), 'null::bigint'
    );
    null_bits bigint := 0;
    tallies constant ops.quality_tallies := ops.quality_tallies(p_table, p_day);
begin
    if cardinality(row_rules) > 62 then
        raise exception '% has % rules for rows, a mask has room for 62', p_table, cardinality(row_rules);
    end if;
    for bit in 1 .. cardinality(row_rules) loop
        mask := mask || format(
            E'\n        | case when %s then %s::bigint else 0 end',
            ops.quality_condition(p_table, row_rules[bit]), 1::bigint << (bit - 1)
        );
        if row_rules[bit].dimension = 'completeness' then
            null_bits := null_bits | 1::bigint << (bit - 1);
        end if;
    end loop;
    for number in 1 .. cardinality(measured) loop
        columns := columns || format(', t.%s as measure_%s', ops.quality_column(p_table, measured[number]), number);
        totals := totals || format(', sum(measure_%1$s) as measure_%1$s', number);
    end loop;
    for number in 1 .. cardinality(day_rules) loop
        if day_rules[number].dimension = 'freshness' then
            columns := columns || format(
                ', t.%s as newest_%s', ops.quality_column(p_table, day_rules[number].column_names[1]), number
            );
            totals := totals || format(', max(newest_%1$s) as newest_%1$s', number);
            pairs := pairs || format(
                '%L, (select max(newest_%s) from masks)', day_rules[number].rule_id, number
            );
        else
            columns := columns || format(
                ', hash_record_extended(row(%s), 0) as same_%s',
                (
                    select string_agg('t.' || ops.quality_column(p_table, name), ', ')
                    from unnest(day_rules[number].column_names) as name
                ),
                number
            );
            repeats := repeats || format(
                E'repeated_%1$s as materialized (\n    select same_%1$s, count(*) as n, row_number() over () as place\n'
                '    from checked\n    group by same_%1$s\n    having count(*) > 1\n),\n\n',
                number
            );
            -- keys are written out for the few that are shown: for every row it took as long as all rules together
            pairs := pairs || format(
                '%1$L, jsonb_build_object(''failing'', (select coalesce(sum(n - 1), 0) from repeated_%2$s), ''sample'', '
                'coalesce((select jsonb_agg(shown.key) from (select min(to_jsonb(row(%3$s))::text)::jsonb as key '
                'from checked as t inner join repeated_%2$s as repeated on t.same_%2$s = repeated.same_%2$s '
                'where repeated.place <= 20 group by repeated.place) as shown), ''[]''))',
                day_rules[number].rule_id, number, keys
            );
        end if;
    end loop;
    columns := columns || tallies.columns;
    repeats := repeats || tallies.expressions;
    return format(
        $statement$with checked as materialized (
    select
        %1$s as mask,
        %11$s as weight,
        %2$s
    from %3$s as t
    %4$s
),

%12$smasks as (
    select mask, sum(weight) as weight, %5$s
    from checked
    group by mask
)

select jsonb_build_object(
    'total', (select coalesce(sum(n), 0) from masks),
    'nulls', (select coalesce(sum(n), 0) from masks where mask & %6$s <> 0),
    'measures', jsonb_build_object(%7$s),
    'days', jsonb_build_object(%8$s),
    'rows', coalesce((
        select jsonb_object_agg(
            rule.rule_id,
            jsonb_build_object('failing', broken.n, 'weight', broken.weight, 'sample', (
                select jsonb_agg(to_jsonb(sampled))
                from (
                    select %9$s from checked as t where t.mask & (1::bigint << (rule.place - 1)::integer) <> 0 limit 20
                ) as sampled
            ))
        )
        from unnest(%10$L::text[]) with ordinality as rule (rule_id, place)
        cross join lateral (
            select sum(n) as n, sum(weight) as weight from masks where mask & (1::bigint << (rule.place - 1)::integer) <> 0
        ) as broken
        where broken.n > 0
    ), '{}')
)$statement$,
        mask,
        columns,
        p_table,
        case
            when declared.day_column is not null
                then 'where ' || ops.quality_range(p_table, declared.day_grain, declared.day_column, p_day)
            else ''
        end,
        totals,
        null_bits,
        (
            select string_agg(format('%L, (select sum(measure_%s) from masks)', measure.name, measure.place), ', ')
            from unnest(measured) with ordinality as measure (name, place)
        ),
        array_to_string(pairs, ', '),
        keys,
        array(select rule.rule_id from unnest(row_rules) as rule),
        weight,
        repeats
    );
end
$$;

create function ops.keep_quality_tallies(p_table regclass, p_day date) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set work_mem = '64MB'
as $$
begin
    execute ops.quality_statement(p_table, p_day);
end
$$;
comment on function ops.keep_quality_tallies(regclass, date) is
'Keeps what the check of a table keeps of a day, without a check.';
