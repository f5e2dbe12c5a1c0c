-- 0055_narrow_rows: the rows that a check keeps in memory hold each column once, those of a fixed width first; rows
-- that repeat another are found by a cheaper hash; who buys is asked once a customer, and masks are counted in groups.
-- Parameters of a function are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03
alter type ops.quality_tallies
add attribute names text[],
add attribute summed text[];
comment on type ops.quality_tallies is
'What the statement of a day also does: figures of the checked rows, further expressions that keep what they hold, the '
'names of the columns that these read, and of those that they sum in groups that know the mask.';

create or replace function ops.quality_condition(p_table regclass, p_rule ops.data_quality_rules) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    names constant text[] := array(
        select 't.' || ops.quality_column(p_table, named.name)
        from unnest(p_rule.column_names) with ordinality as named (name, place)
        order by named.place
    );
    parameters constant jsonb := p_rule.parameters;
    figure text := names[1];
    bounds text;
    condition text;
    other regclass;
begin
    case p_rule.dimension
        when 'completeness' then
            condition := array_to_string(array(select format('%s is null', name) from unnest(names) as name), ' or ');
        when 'validity' then
            condition := ops.quality_membership(figure, parameters -> 'values', false);
        when 'range' then
            if parameters ? 'per' then
                figure := format(
                    '%s::numeric / nullif(t.%s, 0)', figure, ops.quality_column(p_table, parameters ->> 'per')
                );
            end if;
            select string_agg(
                case
                    when parameters ? bound.name then
                        format('%s %s %L', figure, bound.sign, parameters ->> bound.name)
                    else
                        format(
                            '%s %s t.%s', figure, bound.sign,
                            ops.quality_column(p_table, parameters ->> (bound.name || '_column'))
                        )
                end,
                ' or '
            )
            into bounds
            from (
                values ('min', '<'), ('above', '<='), ('max', '>'), ('below', '>='), ('other_than', '=')
            ) as bound (name, sign)
            where parameters ?| array[bound.name, bound.name || '_column'];
            condition := bounds;
        when 'pattern' then
            condition := format('%s !~ %L', figure, parameters ->> 'pattern');
        when 'referential' then
            other := (parameters ->> 'table')::regclass;
            condition := format(
                '%s and not exists (select from %s as r where %s)',
                array_to_string(array(select format('%s is not null', name) from unnest(names) as name), ' and '),
                other,
                (
                    select string_agg(
                        format('r.%s = %s', ops.quality_column(other, referred.name), names[referred.place]), ' and '
                    )
                    from jsonb_array_elements_text(parameters -> 'columns')
                        with ordinality as referred (name, place)
                )
            );
        when 'reconciliation' then
            -- what is equal, as nearly all is, needs no difference
            condition := format(
                case
                    when coalesce((parameters ->> 'tolerance')::numeric, 0) = 0 then '%1$s <> (%2$s)'
                    else '%1$s <> (%2$s) and abs(%1$s - (%2$s)) > %3$L'
                end,
                figure,
                (
                    select string_agg(
                        format('coalesce(t.%s, 0)', ops.quality_column(p_table, part.name)),
                        case when parameters ? 'equals_product_of' then ' * ' else ' + ' end
                    )
                    from jsonb_array_elements_text(
                        coalesce(parameters -> 'equals_sum_of', parameters -> 'equals_product_of')
                    ) as part (name)
                ),
                parameters ->> 'tolerance'
            );
    end case;
    if condition is null then
        raise exception 'rule % says nothing that a row could break', p_rule.rule_id;
    end if;
    -- `when` narrows the rows that are asked: {column: [values]}, or null for "is empty"
    return coalesce(
        (
            select string_agg(
                case
                    when asked.expected = 'null' then
                        format('t.%s is null', ops.quality_column(p_table, asked.name))
                    else
                        ops.quality_membership('t.' || ops.quality_column(p_table, asked.name), asked.expected, true)
                end,
                ' and '
            ) || ' and '
            from jsonb_each(parameters -> 'when') as asked (name, expected)
        ),
        ''
    ) || '(' || condition || ')';
end
$$;

create function ops.quality_hash(p_table regclass, p_columns text[]) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
select
    string_agg(
        case
            -- the hash of a number knows no sign, and those of ten thousand times as much are nearly the same: two
            -- numbers that are exchanged would look alike, unless each is hashed once more with its sign
            when by_type.of = 'numeric'
                then format(
                    'coalesce(hashint8extended(%s(t.%s, %s), case when t.%2$s < 0 then -%3$s else %3$s end), %3$s)',
                    by_type.name, named.as_column, named.place
                )
            when to_regprocedure(format('%s(%s, bigint)', by_type.name, by_type.of)) is not null
                then format('coalesce(%s(t.%s, %s), %3$s)', by_type.name, named.as_column, named.place)
            else format('hash_record_extended(row(t.%s), %s)', named.as_column, named.place)
        end,
        ' # '
        order by named.place
    )
from (
    select
        given.name,
        given.place,
        ops.quality_column(p_table, given.name) as as_column
    from unnest(p_columns) with ordinality as given (name, place)
) as named
inner join pg_attribute as a on a.attrelid = p_table and named.name = a.attname
-- some are there from version 18 on; what has none is hashed as a record of one column, which costs twice as much
left join (
    values
    ('text', 'hashtextextended'), ('numeric', 'hash_numeric_extended'), ('uuid', 'uuid_hash_extended'),
    ('integer', 'hashint4extended'), ('bigint', 'hashint8extended'), ('date', 'hashdateextended'),
    ('timestamptz', 'timestamptz_hash_extended')
) as by_type (of, name) on a.atttypid = by_type.of::regtype;
$$;
comment on function ops.quality_hash(regclass, text[]) is
'An expression of 64 bits that is the same for rows with the same values: each column hashed with a seed of its own, '
'which costs half of hashing a record.';

create or replace function ops.quality_tallied(p_table regclass, p_column text) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return case p_table::text
        when 'scout.silver_transactions_cleaned' then
            case
                when p_column in ('transaction_type', 'payment_method', 'campaign_id') then 'sales_by_kind'
                when p_column in ('customer_type', 'gender', 'age_bracket', 'economic_class') then 'sales_by_buyer'
                when p_column in ('store_id', 'source_id', 'device_id', 'store_type') then 'sales_by_store'
                when p_column = 'customer_id' then 'sales_by_customer'
            end
        when 'scout.silver_transaction_items' then
            case
                when p_column in ('sku', 'brand_name', 'category', 'detection_method', 'unit', 'line_type')
                    then 'tallied'
            end
    end;
end
$$;
comment on function ops.quality_tallied(regclass, text) is
'The groups of a day that know a column of a table; null for a column by which no rows are grouped.';

create or replace function ops.quality_grouped_condition(p_table regclass, p_rule ops.data_quality_rules)
returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    asked constant text[] := p_rule.column_names
        || array(select jsonb_object_keys(coalesce(p_rule.parameters -> 'when', '{}')));
    groups constant text := ops.quality_tallied(p_table, asked[1]);
    name text;
begin
    -- a row that lacks several things counts once as one that lacks something: that is no matter of groups
    if groups is null or p_rule.dimension not in ('referential', 'validity', 'pattern') then
        return null;
    end if;
    foreach name in array asked loop
        -- a group knows the values of its own set only
        if ops.quality_tallied(p_table, name) is distinct from groups then
            return null;
        end if;
    end loop;
    return format('%s as t where %s', groups, ops.quality_condition(p_table, p_rule));
end
$$;
comment on function ops.quality_grouped_condition(regclass, ops.data_quality_rules) is
'A rule as a condition on the groups that the statement of a day tallies; null when it asks for anything else.';

create or replace function ops.quality_tallies(p_table regclass, p_day date) returns ops.quality_tallies
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    tallies ops.quality_tallies := row(null, '', '{}', '{}');
    into_shares text;
begin
    case p_table::text
        when 'scout.silver_transactions_cleaned' then
            tallies.names := array[
                'sold_hour', 'transaction_type', 'payment_method', 'campaign_id', 'customer_type', 'gender',
                'age_bracket', 'economic_class', 'store_id', 'source_id', 'device_id', 'store_type', 'customer_id'
            ];
            tallies.columns := $columns$t.deleted_at is null as is_standing,
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
            when grouping(transaction_type) = 0 then 'kind'
            when grouping(gender) = 0 then 'buyer'
            else 'store'
        end as about,
        count(*) as counted,
        count(*) filter (where is_standing) as standing
    from checked
    group by grouping sets (
        (sold_hour), (sold_minute), (transaction_type, payment_method, has_customer, campaign_id),
        (customer_type, gender, age_bracket, economic_class), (store_id, source_id, device_id, store_type)
    )
),

sales_by_kind as (select * from tallied where about = 'kind'),

sales_by_buyer as (select * from tallied where about = 'buyer'),

sales_by_store as (select * from tallied where about = 'store'),

sales_by_customer as materialized (
    select customer_id, count(*) as counted, count(*) filter (where is_standing) as standing
    from checked
    where has_customer
    group by customer_id
),

told as (
    select 'hour ' || coalesce(sold_hour::text, 'none') as measure, standing as counted
    from tallied
    where about = 'hour'
    union all
    select
        case
            when grouping(kind) = 0 then 'type ' || kind
            when grouping(payment) = 0 then 'payment method ' || payment
            else 'customer ' || customer
        end,
        sum(standing)
    from (
        select
            coalesce(transaction_type, 'none') as kind, coalesce(payment_method, 'none') as payment,
            case when has_customer then 'given' else 'none' end as customer, standing
        from sales_by_kind
    ) as named
    group by grouping sets ((kind), (payment), (customer))
    union all
    select
        case
            when grouping(customer) = 0 then 'customer type ' || customer
            when grouping(gender) = 0 then 'gender ' || gender
            when grouping(age) = 0 then 'age bracket ' || age
            else 'economic class ' || class
        end,
        sum(standing)
    from (
        select
            coalesce(customer_type, 'none') as customer, coalesce(gender, 'none') as gender,
            coalesce(age_bracket, 'none') as age, coalesce(economic_class, 'none') as class, standing
        from sales_by_buyer
    ) as named
    group by grouping sets ((customer), (gender), (age), (class))
),

shares as (
    select measure, counted, counted / (select sum(standing) from sales_by_kind) as share
    from told
    where counted > 0
    union all
    select 'the busiest minute', max(standing), max(standing) / sum(standing)
    from tallied
    where about = 'minute'
    having sum(standing) > 0
    union all
    select 'the most frequent customer', max(standing), max(standing) / sum(standing)
    from sales_by_customer
    having sum(standing) > 0
),

$expressions$;
            into_shares := 'ops.day_shares';
        when 'scout.silver_transaction_items' then
            tallies.names := array[
                'sku', 'brand_name', 'category', 'detection_method', 'unit', 'line_type', 'quantity', 'subtotal'
            ];
            tallies.columns := $columns$t.line_type = 'sale' and t.unit_price > 0
        and t.quantity > 0 as is_priced$columns$;
            tallies.summed := array['quantity', 'subtotal'];
            -- a code has one brand, category and unit as a rule: hardly more groups than codes
            tallies.expressions := format(
                $expressions$tallied as materialized (
    select
        mask, is_priced, sku, brand_name, category, detection_method, unit, line_type,
        count(*) as counted,
        sum(quantity) as quantity,
        sum(subtotal) as subtotal
    from checked
    group by mask, is_priced, sku, brand_name, category, detection_method, unit, line_type
),

sold as (
    select sku, sum(subtotal) / sum(quantity) as avg_price, sum(counted) as line_count
    from tallied
    where is_priced and sku is not null
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
    columns text[];
    totals text;
    pairs text[] := '{}';
    repeats text := '';
    mask text := '0::bigint';
    weight constant text := coalesce(
        'sum(t.' || ops.quality_column(p_table, declared.weight_column) || ')', 'null::bigint'
    );
    null_bits bigint := 0;
    asked record;
    condition text;
    row_rule_ids text[] := '{}';
    open_guard text;
    of_groups text := '';
    tallies constant ops.quality_tallies := ops.quality_tallies(p_table, p_day);
    -- groups that know masks and all that is summed spare a look at each row
    totals_are_grouped constant boolean := cardinality(tallies.summed) > 0 and measured <@ tallies.summed
        and declared.weight_column is null
        and not exists (select from unnest(day_rules) as rule where rule.dimension = 'freshness');
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
                'weight', (select %6$s from checked as t where %5$s),
                'sample', (
                    select jsonb_agg(to_jsonb(sampled))
                    from (select %2$s from checked as t where %4$s limit 20) as sampled
                )
            ))
        from (select sum(t.counted) as n from %3$s) as broken
        where broken.n > 0
    ), '{}')$condition$,
                asked.rule_id, keys, asked.grouped_condition, condition,
                case when declared.weight_column is null then 'false' else condition end, weight
            );
        end if;
    end loop;
    if cardinality(row_rule_ids) > 62 then
        raise exception '% has % rules for rows, a mask has room for 62', p_table, cardinality(row_rule_ids);
    end if;
    mask := mask || case when open_guard is not null then ' end' else '' end;
    totals := case when totals_are_grouped then 'sum(t.counted) as n' else 'count(*) as n' end;
    for number in 1 .. cardinality(measured) loop
        totals := totals || format(', sum(t.%s) as measure_%s', ops.quality_column(p_table, measured[number]), number);
    end loop;
    for number in 1 .. cardinality(day_rules) loop
        if day_rules[number].dimension = 'freshness' then
            totals := totals || format(
                ', max(t.%s) as newest_%s', ops.quality_column(p_table, day_rules[number].column_names[1]), number
            );
            pairs := pairs || format(
                '%L, (select max(newest_%s) from masks)', day_rules[number].rule_id, number
            );
        else
            columns := columns || format(
                '%s as same_%s', ops.quality_hash(p_table, day_rules[number].column_names), number
            );
            repeats := repeats || format(
                E'repeated_%1$s as materialized (\n    select same_%1$s, count(*) as n\n'
                '    from checked\n    group by same_%1$s\n    having count(*) > 1\n),\n\n',
                number
            );
            -- keys are written out for the few that are shown, of the first 60 rows that repeat: twenty, or fewer when
            -- each repeats often; for every row it took as long as all rules together
            pairs := pairs || format(
                '%1$L, jsonb_build_object(''failing'', (select coalesce(sum(n - 1), 0) from repeated_%2$s), '
                '''sample'', coalesce((select jsonb_agg(shown.key) from ('
                'select min(to_jsonb(row(%3$s))::text)::jsonb as key from ('
                'select * from checked where same_%2$s in (select same_%2$s from repeated_%2$s) limit 60'
                ') as t group by t.same_%2$s limit 20) as shown), ''[]''))',
                day_rules[number].rule_id, number, keys
            );
        end if;
    end loop;
    -- each once, and first what has a fixed width: what follows a text or a null has to be looked for in every row
    columns := columns || tallies.columns || array(
        select 't.' || quote_ident(a.attname)
        from pg_attribute as a
        where
            a.attrelid = p_table and a.attnum > 0
            and a.attname = any(
                declared.key_columns || declared.weight_column || measured || tallies.names || array(
                    select rule.column_names[1] from unnest(day_rules) as rule where rule.dimension = 'freshness'
                )
            )
        order by a.attlen < 0, not a.attnotnull, a.attnum
    );
    repeats := repeats || tallies.expressions;
    return format(
        $statement$with checked as materialized (
    select
        %1$s as mask,
        %2$s
    from %3$s as t
    %4$s
),

%12$smasks as (
    select t.mask, %11$s as weight, %5$s
    from %14$s as t
    group by t.mask
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
        array_to_string(columns, E',\n        '),
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
        of_groups,
        case when totals_are_grouped then 'tallied' else 'checked' end
    );
end
$$;

create or replace function ops.quality_volume(p_rule ops.data_quality_rules, p_day date, p_total bigint)
returns ops.quality_outcome
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with history as (
        select
            count(*) as n,
            percentile_cont(0.5) within group (order by metric.total_records)::numeric as median
        from ops.quality_days(p_day, (p_rule.parameters ->> 'window_days')::integer, true) as days
        -- the latest of each day: a day that is open is checked a hundred times
        cross join lateral (
            select latest.total_records
            from ops.data_quality_metrics as latest
            where latest.table_name = p_rule.table_name and latest.metric_date = days.date_key
            order by latest.checked_at desc
            limit 1
        ) as metric
        where
            days.date_key < p_day
            and metric.total_records > 0
            and days.day_class = (
                select tested.day_class
                from ops.quality_days(p_day, 0, true) as tested
                where tested.date_key = p_day
            )
    ),

    judged as (
        select
            history.median,
            p_total / nullif(history.median, 0) as share,
            -- a day that is not over is no day to compare
            history.n >= (p_rule.parameters ->> 'min_history')::bigint
            and ops.day_is_over(p_day) as is_judged,
            exists (
                select 1
                from ops.incidents as incident
                where incident.store_id is null and p_day between incident.from_date and incident.to_date
            ) as is_labelled
        from history
    )

    select
        row(
            case
                when judged.is_labelled then 0
                when judged.is_judged then (
                    judged.share < (p_rule.parameters ->> 'min_share')::numeric
                    or judged.share > (p_rule.parameters ->> 'max_share')::numeric
                )::integer::bigint
            end,
            case
                when judged.is_labelled then format('%s rows, and the day is labelled', p_total)
                when judged.is_judged then format('%s rows, %s expected', p_total, round(judged.median))
                else 'too little history, or the day is not over'
            end,
            '[]'::jsonb
        )::ops.quality_outcome
    from judged;
$$;
