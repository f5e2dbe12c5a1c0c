-- 0054_values_asked_once: what a rule asks of one value is asked once for each value of the day; a range that only some
-- rows must keep no longer closes the way past all ranges for the others; what is usual is held against bounds as it is
-- stored, and made floating for the few figures that are put in order; days are counted back in days.
-- Parameters of a function are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03
create or replace function ops.quality_days(p_day date, p_window integer, p_by_class boolean)
returns table (date_key date, day_class text)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with classes as (
        select
            days.date_key,
            case
                when not p_by_class then 'any day'
                when calendar.is_holiday then 'holiday'
                when calendar.is_payday then 'payday'
                else to_char(days.date_key::timestamp, 'FMDay')
            end as day_class
        -- whole days back: steps of a day from midnight to midnight lose one where clocks change at midnight
        from (
            select p_day - back.days as date_key
            from generate_series(
                0,
                -- only a holiday or a pay day looks far back
                case
                    when
                        p_by_class is not false and exists (
                            select 1
                            from scout.dim_date as tested
                            where tested.date_key = p_day and (tested.is_holiday or tested.is_payday)
                        ) then 400
                    else greatest(least(p_window, 400), 0)
                end
            ) as back (days)
        ) as days
        left join scout.dim_date as calendar
            on days.date_key = calendar.date_key and calendar.date_key between p_day - 400 and p_day
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
    with ranges as (
        select
            rule.rule_id,
            rule.parameters ? 'when' as is_of_some,
            max(bound.number) filter (where bound.name in ('min', 'above', 'other_than')) as lower,
            min(bound.number) filter (where bound.name in ('max', 'below')) as upper,
            bool_and(bound.number is not null) as is_constant
        from ops.data_quality_rules as rule
        cross join lateral (
            select
                given.key as name,
                case when jsonb_typeof(given.value) = 'number' then (given.value #>> '{}')::numeric end as number
            from jsonb_each(rule.parameters) as given
            where given.key <> 'when'
        ) as bound
        where
            rule.table_name = p_rule.table_name and rule.is_active and rule.scope = 'row'
            and rule.dimension = 'range' and rule.column_names = p_rule.column_names
            and not rule.parameters ? 'per'
        group by rule.rule_id, rule.parameters
    ),

    -- a rule of some rows that asks for what all others forbid would leave nothing between the bounds
    compatible as (
        select ranges.*
        from ranges
        cross join (
            select max(lower) as lower, min(upper) as upper
            from ranges
            where not is_of_some
        ) as of_all
        where
            not ranges.is_of_some
            or coalesce(
                greatest(ranges.lower, of_all.lower) < least(ranges.upper, of_all.upper), true
            )
    )

    select
        concat_ws(
            ' and ',
            figure || ' > ' || quote_literal(max(compatible.lower)),
            figure || ' < ' || quote_literal(min(compatible.upper))
        )
    into guard
    from compatible
    having
        count(*) > 1 and bool_and(compatible.is_constant)
        and coalesce(max(compatible.lower) < min(compatible.upper), true)
        and bool_or(compatible.rule_id = p_rule.rule_id);
    return guard;
end
$$;
comment on function ops.quality_range_guard(regclass, ops.data_quality_rules) is
'What holds of a value that breaks none of several ranges of its column; null for one range, and for a range of some '
'rows that has nothing in common with those of all.';

create function ops.quality_tallied(p_table regclass, p_column text) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return case p_table::text
        when 'scout.silver_transactions_cleaned' then
            case
                when p_column in ('transaction_type', 'payment_method', 'campaign_id') then 'sale'
                when p_column in ('customer_type', 'gender', 'age_bracket', 'economic_class') then 'buyer'
                when p_column in ('store_id', 'source_id', 'device_id', 'store_type') then 'store'
            end
        when 'scout.silver_transaction_items' then
            case
                when p_column in ('sku', 'brand_name', 'category', 'detection_method', 'unit', 'line_type') then 'line'
            end
    end;
end
$$;
comment on function ops.quality_tallied(regclass, text) is
'What the groups of a day are about that know a column of a table; null for a column by which no rows are grouped.';

create or replace function ops.quality_grouped_condition(p_table regclass, p_rule ops.data_quality_rules)
returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    asked constant text[] := p_rule.column_names
        || array(select jsonb_object_keys(coalesce(p_rule.parameters -> 'when', '{}')));
    about constant text := ops.quality_tallied(p_table, asked[1]);
    name text;
begin
    -- a row that lacks several things counts once as one that lacks something: that is no matter of groups
    if about is null or p_rule.dimension not in ('referential', 'validity', 'pattern') then
        return null;
    end if;
    foreach name in array asked loop
        -- a group knows the values of its own set only
        if ops.quality_tallied(p_table, name) is distinct from about then
            return null;
        end if;
    end loop;
    return format('t.about = %L and (%s)', about, ops.quality_condition(p_table, p_rule));
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
            tallies.columns := $columns$, t.deleted_at, t.sold_hour, t.payment_method, t.customer_id, t.customer_type,
        t.gender, t.age_bracket, t.economic_class, t.transaction_type, t.device_id, t.campaign_id, t.store_type,
        t.customer_id is not null as has_customer,
        date_bin('1 minute', t.sold_at, '2000-01-01 00:00+00') as sold_minute$columns$;
            -- sets whose values go together: few combinations each, and one pass for all; as ops.quality_tallied says
            tallies.expressions := $expressions$tallied as materialized (
    select
        sold_hour, sold_minute, transaction_type, payment_method, has_customer, campaign_id, customer_type, gender,
        age_bracket, economic_class, store_id, source_id, device_id, store_type,
        case
            when grouping(sold_hour) = 0 then 'hour'
            when grouping(sold_minute) = 0 then 'minute'
            when grouping(transaction_type) = 0 then 'sale'
            when grouping(gender) = 0 then 'buyer'
            else 'store'
        end as about,
        count(*) as counted,
        count(*) filter (where deleted_at is null) as standing
    from checked
    group by grouping sets (
        (sold_hour), (sold_minute), (transaction_type, payment_method, has_customer, campaign_id),
        (customer_type, gender, age_bracket, economic_class), (store_id, source_id, device_id, store_type)
    )
),

shares as (
    select
        given.name || ' ' || coalesce(given.value, 'none') as measure, sum(tallied.standing) as counted,
        sum(tallied.standing) / sum(sum(tallied.standing)) over (partition by given.name) as share
    from tallied
    cross join lateral (
        values
        ('hour', 'hour', sold_hour::text), ('sale', 'type', transaction_type),
        ('sale', 'payment method', payment_method), ('sale', 'customer', case when has_customer then 'given' end),
        ('buyer', 'customer type', customer_type), ('buyer', 'gender', gender), ('buyer', 'age bracket', age_bracket),
        ('buyer', 'economic class', economic_class)
    ) as given (about, name, value)
    where
        tallied.about = given.about and tallied.standing > 0
        -- before they are joined: half of the groups are minutes
        and tallied.about <> 'minute'
    group by given.name, coalesce(given.value, 'none')
    union all
    select 'the busiest minute', max(standing), max(standing) / sum(standing)
    from tallied
    where about = 'minute'
    having sum(standing) > 0
    union all
    select 'the most frequent customer', max(customers.n), max(customers.n) / sum(customers.n)
    from (
        select count(*) as n
        from checked
        where deleted_at is null and customer_id is not null
        group by customer_id
    ) as customers
    having count(*) > 0
),

$expressions$;
            into_shares := 'ops.day_shares';
        when 'scout.silver_transaction_items' then
            tallies.columns := $columns$, t.sku, t.brand_name, t.category, t.detection_method, t.unit, t.line_type,
        t.quantity, t.subtotal, t.line_type = 'sale' and t.unit_price > 0 and t.quantity > 0 as is_priced$columns$;
            -- a code has one brand, category and unit as a rule: hardly more groups than codes
            tallies.expressions := format(
                $expressions$tallied as materialized (
    select
        sku, brand_name, category, detection_method, unit, line_type,
        'line' as about,
        count(*) as counted,
        count(*) filter (where is_priced) as line_count,
        sum(quantity) filter (where is_priced) as quantity,
        sum(subtotal) filter (where is_priced) as subtotal
    from checked
    group by sku, brand_name, category, detection_method, unit, line_type
),

sold as (
    select sku, sum(subtotal) / sum(quantity) as avg_price, sum(line_count) as line_count
    from tallied
    where line_count > 0 and sku is not null
    group by sku
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
        case
            when grouping(brand) = 0 then 'brand ' || brand
            when grouping(category) = 0 then 'category ' || category
            when grouping(method) = 0 then 'detection method ' || method
            else 'unit ' || unit
        end as measure,
        sum(counted) as counted,
        sum(counted) / (select sum(counted) from tallied) as share
    from (
        select
            coalesce(brand_name, 'none') as brand, coalesce(category, 'none') as category,
            coalesce(detection_method, 'none') as method, coalesce(unit, 'none') as unit, counted
        from tallied
    ) as named
    group by grouping sets ((brand), (category), (method), (unit))
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
    asked record;
    condition text;
    row_rule_ids text[] := '{}';
    open_guard text;
    of_groups text := '';
    tallies constant ops.quality_tallies := ops.quality_tallies(p_table, p_day);
begin
    -- those behind one comparison lie together
    for asked in
        select
            rule.rule_id, rule.dimension, rule as declared_rule, ops.quality_range_guard(p_table, rule) as guard,
            ops.quality_grouped_condition(p_table, rule) as grouped_condition
        from ops.data_quality_rules as rule
        where rule.table_name = declared.table_name and rule.is_active and rule.scope = 'row'
        order by guard asc nulls last, rule.rule_id asc
    loop
        if asked.grouped_condition is null then
            if asked.guard is distinct from open_guard then
                mask := mask || case when open_guard is not null then ' end' else '' end || case
                    when asked.guard is not null
                        then format(E'\n        | case when %s then 0::bigint else 0::bigint', asked.guard)
                    else ''
                end;
                open_guard := asked.guard;
            end if;
            mask := mask || format(
                E'\n        | case when %s then %s::bigint else 0 end',
                ops.quality_condition(p_table, asked.declared_rule), 1::bigint << cardinality(row_rule_ids)
            );
            if asked.dimension = 'completeness' then
                -- without the brackets, the bits of all such rules before this one would be shifted, too
                null_bits := null_bits | (1::bigint << cardinality(row_rule_ids));
            end if;
            row_rule_ids := row_rule_ids || asked.rule_id;
        else
            -- rows are looked at again only when a group fails, for the sample until enough of them are found
            condition := ops.quality_condition(p_table, asked.declared_rule);
            of_groups := of_groups || format(
                $condition$ || coalesce((
        select
            jsonb_build_object(%1$L, jsonb_build_object(
                'failing', broken.n,
                'weight', (select sum(t.weight) from checked as t where %5$s),
                'sample', (
                    select jsonb_agg(to_jsonb(sampled))
                    from (select %2$s from checked as t where %4$s limit 20) as sampled
                )
            ))
        from (select sum(t.counted) as n from tallied as t where %3$s) as broken
        where broken.n > 0
    ), '{}')$condition$,
                asked.rule_id, keys, asked.grouped_condition, condition,
                case when declared.weight_column is null then 'false' else condition end
            );
        end if;
    end loop;
    if cardinality(row_rule_ids) > 62 then
        raise exception '% has % rules for rows, a mask has room for 62', p_table, cardinality(row_rule_ids);
    end if;
    mask := mask || case when open_guard is not null then ' end' else '' end;
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
                '%1$L, jsonb_build_object(''failing'', (select coalesce(sum(n - 1), 0) from repeated_%2$s), '
                '''sample'', coalesce((select jsonb_agg(shown.key) from ('
                'select min(to_jsonb(row(%3$s))::text)::jsonb as key '
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
            select sum(n) as n, sum(weight) as weight
            from masks
            where mask & (1::bigint << (rule.place - 1)::integer) <> 0
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
        row_rule_ids,
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
    -- what the day is compared with, and itself; the days of its own class before it
    days date[];
    classes text[];
    days_like_it date[];
    -- parts of the statement, for all rules: what is measured of a row, between what a history is near to the figures
    -- of the day, whether they are suspects, and then what of a row is judged
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
    -- as constants, so that their number is known when the statement is planned
    select array_agg(known.date_key), array_agg(known.day_class)
    into days, classes
    from ops.quality_days(
        p_day, (rules[1].parameters ->> 'window_days')::integer,
        coalesce((rules[1].parameters ->> 'by_class')::boolean, true)
    ) as known;
    days_like_it := array(
        select known.date_key
        from unnest(days, classes) as known (date_key, day_class)
        where known.date_key < p_day and known.day_class = classes[array_position(days, p_day)]
    );
    select
        string_agg(
            format(
                'case when %s then t.%s%s end as figure_%s, %s as counted_%4$s',
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
        -- nothing is near to a figure of zero or less
        string_agg(
            format(
                'max(figure_%1$s) / %2$L::numeric * 1.000000001 as above_%1$s, '
                'nullif(greatest(min(figure_%1$s), 0), 0) * %2$L::numeric / 1.000000001 as below_%1$s',
                number, 1 + (rules[number].parameters ->> 'min_change')::numeric
            ),
            ', '
        ),
        string_agg(
            format(
                'any_value(today.above_%1$s) is not null and 2 * count(*) filter ('
                'where past.figure_%1$s > today.above_%1$s and past.figure_%1$s < today.below_%1$s'
                ') <= count(past.figure_%1$s) as is_suspect_%1$s',
                number
            ),
            ', '
        ),
        string_agg(format('flagged.is_suspect_%s', number), ' or '),
        string_agg(
            format(
                '(%1$s, flagged.is_suspect_%1$s, figures.figure_%1$s::float8, figures.counted_%1$s::float8)', number
            ),
            ', '
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
        $statement$with figures as not materialized (
    select t.%1$s as entity, t.%3$s as date_key, %4$s
    from %2$s as t
    where %5$s
),

today as (
    select entity, %7$s
    from figures
    where date_key = $1
    group by entity
),

-- when most of a history lies nearer to the figure than the least change that counts, so does its median: only the
-- others have to be put in order; each figure is divided once, and then compared
flagged as materialized (
    select today.entity, %8$s
    from today
    inner join (select * from figures where date_key = any($4) offset 0) as past on today.entity = past.entity
    group by today.entity
),

facts as materialized (
    select figures.entity, figures.date_key, days.day_class, rule.place, rule.figure, rule.counted
    from figures
    inner join unnest($2, $3) as days (date_key, day_class) on figures.date_key = days.date_key
    inner join flagged on figures.entity = flagged.entity
    cross join lateral (values %9$s) as rule (place, is_suspect, figure, counted)
    where
        figures.entity = any(array(select flagged.entity from flagged where %10$s))
        and rule.is_suspect and rule.figure is not null
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
            spread.deviation * (1 + 0.5::float8 / spread.median_n), 0.05,
            rule.noise / sqrt(nullif(greatest(spread.counted, 0), 0))
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
            when declared.store_column is null then 'true'
            else format(
                'not exists (select from ops.incidents as incident where incident.store_id = t.%s '
                'and t.%s between incident.from_date and incident.to_date)',
                ops.quality_column(p_table, declared.store_column), ops.quality_column(p_table, declared.day_column)
            )
        end,
        limits,
        bounds,
        flags,
        judged,
        any_flag
    )
    using p_day, days, classes, days_like_it;
end
$$;
comment on function ops.quality_outliers(regclass, date) is
'The figures of the day that most of their history does not lie near, judged: the median of the same class of day is '
'what was expected, and the spread is the MAD of the residuals (of roots, which steady counts) of that store or code '
'over all its days, wider for a short history and never below what the number of sales allows. The day itself is in '
'neither. What has too little history is not judged and not returned.';
