-- 0054_values_asked_once, back: what a rule asks of one value is asked of each sale, and every figure is made floating.
-- Parameters of a function are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03
create or replace function ops.quality_days(p_day date, p_window integer, p_by_class boolean)
returns table (date_key date, day_class text)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with classes as (
        select
            days.date_key::date as date_key,
            case
                when not p_by_class then 'any day'
                when calendar.is_holiday then 'holiday'
                when calendar.is_payday then 'payday'
                else to_char(days.date_key, 'FMDay')
            end as day_class
        from generate_series(p_day - 400, p_day, interval '1 day') as days (date_key)
        left join scout.dim_date as calendar on days.date_key::date = calendar.date_key
    ),

    tested as (
        select classes.day_class
        from classes
        where classes.date_key = p_day
    )

    select
        classes.date_key,
        classes.day_class
    from classes
    cross join tested
    where
        classes.date_key = p_day
        or (
            -- an ordinary day learns from the ordinary days of the window; a holiday or pay day only from its like
            case
                when tested.day_class in ('holiday', 'payday') then classes.day_class = tested.day_class
                else classes.day_class not in ('holiday', 'payday') and classes.date_key >= p_day - p_window
            end
            and not exists (
                select 1
                from ops.incidents as incident
                where
                    incident.store_id is null
                    and classes.date_key between incident.from_date and incident.to_date
            )
        );
$$;
comment on function ops.quality_days(date, integer, boolean) is
'The day and the earlier days that it may be compared with, each with its class: holiday, pay day, or weekday '
'(when classes do not matter, one for all). Days '
'with an incident of all stores are left out.';

create or replace function ops.quality_range_guard(p_table regclass, p_rule ops.data_quality_rules) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    figure text;
    guard text;
begin
    if p_rule.dimension <> 'range' or p_rule.parameters ? 'per' then
        return null;
    end if;
    figure := 't.' || ops.quality_column(p_table, p_rule.column_names[1]);
    select
        concat_ws(
            ' and ',
            figure || ' > ' || quote_literal(
                max(bound.number) filter (where bound.name in ('min', 'above', 'other_than'))
            ),
            figure || ' < ' || quote_literal(min(bound.number) filter (where bound.name in ('max', 'below')))
        )
    into guard
    from (
        select
            rule.rule_id,
            given.key as name,
            case when jsonb_typeof(given.value) = 'number' then (given.value #>> '{}')::numeric end as number
        from ops.data_quality_rules as rule
        cross join lateral jsonb_each(rule.parameters) as given
        where
            rule.table_name = p_rule.table_name and rule.is_active and rule.scope = 'row'
            and rule.dimension = 'range' and rule.column_names = p_rule.column_names
            and not rule.parameters ? 'per' and given.key <> 'when'
    ) as bound
    having count(distinct bound.rule_id) > 1 and bool_and(bound.number is not null);
    return guard;
end
$$;
comment on function ops.quality_range_guard(regclass, ops.data_quality_rules) is
'What holds of a value that breaks none of several ranges of its column, whatever else they ask; null for one range.';

create or replace function ops.quality_grouped_condition(p_table regclass, p_rule ops.data_quality_rules) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    -- the columns by which `tallied` groups the rows of a day
    grouped constant jsonb := case p_table::text
        when 'scout.silver_transaction_items' then jsonb_build_object(
            'sku', 'tally_sku', 'brand_name', 'tally_brand', 'category', 'tally_category',
            'detection_method', 'tally_method', 'unit', 'tally_unit'
        )
        else '{}'
    end;
    condition text;
    name text;
begin
    -- a row that lacks several things counts once as one that lacks something: that is no matter of groups
    if
        p_rule.dimension not in ('referential', 'validity', 'pattern')
        or not grouped ?& p_rule.column_names
        or exists (
            select 1
            from jsonb_object_keys(coalesce(p_rule.parameters -> 'when', '{}')) as asked (column_name)
            where not grouped ? asked.column_name
        )
    then
        return null;
    end if;
    condition := ops.quality_condition(p_table, p_rule);
    for name in select jsonb_object_keys(grouped) loop
        condition := regexp_replace(condition, format('\mt\.%s\M', name), 't.' || (grouped ->> name), 'g');
    end loop;
    return condition;
end
$$;
comment on function ops.quality_grouped_condition(regclass, ops.data_quality_rules) is
'A rule as a condition on the groups that the statement of a day tallies; null when it asks for anything else.';

create or replace function ops.quality_tallies(p_table regclass, p_day date) returns ops.quality_tallies
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
    -- those behind one comparison lie together
    row_rules constant ops.data_quality_rules[] := array(
        select rule
        from ops.data_quality_rules as rule
        where
            rule.table_name = declared.table_name and rule.is_active and rule.scope = 'row'
            and ops.quality_grouped_condition(p_table, rule) is null
        order by ops.quality_range_guard(p_table, rule) asc nulls last, rule.rule_id asc
    );
    grouped_rules constant ops.data_quality_rules[] := array(
        select rule
        from ops.data_quality_rules as rule
        where
            rule.table_name = declared.table_name and rule.is_active and rule.scope = 'row'
            and ops.quality_grouped_condition(p_table, rule) is not null
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
    guard text;
    open_guard text;
    of_groups text := '';
    tallies constant ops.quality_tallies := ops.quality_tallies(p_table, p_day);
begin
    if cardinality(row_rules) > 62 then
        raise exception '% has % rules for rows, a mask has room for 62', p_table, cardinality(row_rules);
    end if;
    for bit in 1 .. cardinality(row_rules) loop
        guard := ops.quality_range_guard(p_table, row_rules[bit]);
        if guard is distinct from open_guard then
            mask := mask || case when open_guard is not null then ' end' else '' end || case
                when guard is not null
                    then format(E'\n        | case when %s then 0::bigint else 0::bigint', guard)
                else ''
            end;
            open_guard := guard;
        end if;
        mask := mask || format(
            E'\n        | case when %s then %s::bigint else 0 end',
            ops.quality_condition(p_table, row_rules[bit]), 1::bigint << (bit - 1)
        );
        if row_rules[bit].dimension = 'completeness' then
            -- without the brackets, the bits of all such rules before this one would be shifted, too
            null_bits := null_bits | (1::bigint << (bit - 1));
        end if;
    end loop;
    mask := mask || case when open_guard is not null then ' end' else '' end;
    for number in 1 .. cardinality(grouped_rules) loop
        -- rows are looked at again only when a group fails, and only until enough of them are found
        of_groups := of_groups || format(
            $condition$ || coalesce((
        select
            jsonb_build_object(%1$L, jsonb_build_object('failing', broken.n, 'weight', null, 'sample', (
                select jsonb_agg(to_jsonb(sampled))
                from (select %2$s from checked as t where %3$s limit 20) as sampled
            )))
        from (select sum(t.counted) as n from tallied as t where %3$s) as broken
        where broken.n > 0
    ), '{}')$condition$,
            grouped_rules[number].rule_id, keys, ops.quality_grouped_condition(p_table, grouped_rules[number])
        );
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
    ), '{}')%13$s
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
        repeats,
        of_groups
    );
end
$$;

create or replace function ops.quality_outliers(p_table regclass, p_day date)
returns table (rule_id text, entity text, figure numeric, expected numeric, score numeric, is_outlier boolean)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
as $$
declare
    declared constant ops.data_quality_tables := (
        select known from ops.data_quality_tables as known where known.table_name::regclass = p_table
    );
    rules constant ops.data_quality_rules[] := array(
        select rule
        from ops.data_quality_rules as rule
        where
            rule.table_name = declared.table_name and rule.is_active and rule.scope = 'day'
            and rule.dimension = 'distribution'
        order by rule.rule_id
    );
    entity text;
    -- parts of the statement, for all rules: what is measured of a row, between what the day's own figures lie, whether
    -- they are suspects, and then what of a row is judged
    measures text;
    bounds text;
    flags text;
    any_flag text;
    judged text;
    limits text;
begin
    if cardinality(rules) = 0 then
        return;
    end if;
    entity := ops.quality_column(p_table, rules[1].parameters ->> 'entity');
    select
        string_agg(
            format(
                'case when %s then (t.%s%s)::float8 end as figure_%s, %s::float8 as counted_%4$s',
                concat_ws(
                    ' and ', 'true',
                    't.' || ops.quality_column(p_table, rules[number].parameters ->> 'counted')
                    || ' >= ' || quote_literal(rules[number].parameters ->> 'min_count'),
                    't.' || ops.quality_column(p_table, rules[number].parameters ->> 'unless') || ' is null'
                ),
                ops.quality_column(p_table, rules[number].column_names[1]),
                coalesce(
                    ' / nullif(t.' || ops.quality_column(p_table, rules[number].parameters ->> 'per') || ', 0)', ''
                ),
                number,
                coalesce('t.' || ops.quality_column(p_table, rules[number].parameters ->> 'counted'), 'null')
            ),
            ', '
        ),
        string_agg(format('min(figure_%1$s) as low_%1$s, max(figure_%1$s) as high_%1$s', number), ', '),
        string_agg(
            format(
                'max(today.high_%1$s) is not null and not coalesce(min(today.low_%1$s) > 0 and 2 * count(*) filter ('
                'where past.figure_%1$s > today.high_%1$s / %2$L::float8 * 1.000000001::float8 '
                'and past.figure_%1$s < today.low_%1$s * %2$L::float8 / 1.000000001::float8'
                ') > count(past.figure_%1$s), false) as is_suspect_%1$s',
                number, 1 + (rules[number].parameters ->> 'min_change')::float8
            ),
            ', '
        ),
        string_agg(format('flagged.is_suspect_%s', number), ' or '),
        string_agg(
            format('(%1$s, flagged.is_suspect_%1$s, measured.figure_%1$s, measured.counted_%1$s)', number), ', '
        ),
        string_agg(
            format(
                '(%s, %L, %L::float8, %L::float8, %L::bigint, %L::float8)',
                number, rules[number].rule_id, rules[number].parameters ->> 'limit',
                rules[number].parameters ->> 'min_change', rules[number].parameters ->> 'min_history',
                rules[number].parameters ->> 'noise'
            ),
            ', '
        )
    into measures, bounds, flags, any_flag, judged, limits
    from generate_subscripts(rules, 1) as number;
    return query execute format(
        $statement$with measured as materialized (
    select t.%1$s as entity, days.date_key, days.day_class, %4$s
    from ops.quality_days($1, $2, $3) as days
    inner join %2$s as t on t.%3$s = days.date_key
    where
        not exists (
            select from ops.incidents as incident
            where
                %5$s
                and days.date_key between incident.from_date and incident.to_date
        )
),

today as (
    select entity, day_class, %7$s
    from measured
    where date_key = $1
    group by entity, day_class
),

-- when most of a history lies nearer to the figure than the least change that counts, so does its median: only the
-- others have to be put in order
flagged as materialized (
    select today.entity, %8$s
    from today
    left join measured as past
        on today.entity = past.entity and today.day_class = past.day_class and past.date_key < $1
    group by today.entity
),

facts as materialized (
    select suspect.*
    from (
        select measured.entity, measured.date_key, measured.day_class, rule.place, rule.figure, rule.counted
        from measured
        inner join flagged on measured.entity = flagged.entity
        cross join lateral (values %9$s) as rule (place, is_suspect, figure, counted)
        where (%10$s) and rule.is_suspect
    ) as suspect
    where suspect.figure is not null
),

-- the day's own figures stand in the group of its class, but not in its median
classes as (
    select
        place, entity, day_class,
        count(*) filter (where date_key < $1) as n,
        percentile_cont(0.5) within group (order by figure) filter (where date_key < $1) as median
    from facts
    group by place, entity, day_class
),

-- what is usually nothing has no relative change
centre as (
    select place, entity, day_class, n, median
    from classes
    where median > 0
),

spread as (
    select
        facts.place, facts.entity,
        count(*) filter (where facts.date_key < $1) as n,
        -- the median of few days lies nearer to each of them than to the day that is judged
        1.4826 * percentile_cont(0.5) within group (
            order by 2 * abs(sqrt(greatest(facts.figure / centre.median, 0)) - 1) * (1 + 1.0::float8 / centre.n)
        ) filter (where facts.date_key < $1) as deviation,
        percentile_cont(0.5) within group (order by facts.counted) filter (where facts.date_key < $1) as counted,
        -- the day has one class, and so one median: no join has to find it again
        array_agg(facts.figure) filter (where facts.date_key = $1) as figures,
        max(centre.median) filter (where facts.date_key = $1) as median,
        max(centre.n) filter (where facts.date_key = $1) as median_n
    from facts
    inner join centre using (place, entity, day_class)
    where facts.date_key = $1 or centre.n > 1
    group by facts.place, facts.entity
),

judged as (
    select
        rule.rule_id, spread.entity, today.figure, rule.score_limit, rule.min_change, spread.median,
        -- no figure is steadier than its rounding, or than what it counts: 1 / sqrt(n) for n sales
        2 * (sqrt(greatest(today.figure / spread.median, 0)) - 1) / greatest(
            spread.deviation * (1 + 0.5::float8 / spread.median_n), 0.05, rule.noise / sqrt(nullif(spread.counted, 0))
        ) as score
    from spread
    inner join (values %6$s) as rule (place, rule_id, score_limit, min_change, min_history, noise)
        on spread.place = rule.place
    cross join lateral unnest(spread.figures) as today (figure)
    where spread.median_n >= rule.min_history and spread.n >= 2 * rule.min_history
)

select
    rule_id, entity::text, round(figure::numeric, 4), round(median::numeric, 4), round(score::numeric, 2),
    -- a third and three times are equally far
    abs(score) > score_limit
    and (figure <= 0 or greatest(figure / median, median / nullif(figure, 0)) - 1 >= min_change)
from judged$statement$,
        entity,
        p_table,
        ops.quality_column(p_table, declared.day_column),
        measures,
        case
            when declared.store_column is null then 'false'
            else format('incident.store_id = t.%s', ops.quality_column(p_table, declared.store_column))
        end,
        limits,
        bounds,
        flags,
        judged,
        any_flag
    )
    using
        p_day, (rules[1].parameters ->> 'window_days')::integer,
        coalesce((rules[1].parameters ->> 'by_class')::boolean, true);
end
$$;
comment on function ops.quality_outliers(regclass, date) is
'The figures of the day that most of their history does not lie near, judged: the median of the same class of day is '
'what was expected, and the spread is the MAD of the residuals (of roots, which steady counts) of that store or code '
'over all its days, wider for a short history and never below what the number of sales allows. The day itself is in '
'neither. What has too little history is not judged and not returned.';

drop function ops.quality_tallied(regclass, text);
