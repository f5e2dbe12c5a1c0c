-- 0049_grouped_conditions, undone.
-- noqa: disable=RF02

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


drop function ops.quality_range_guard(regclass, ops.data_quality_rules);
drop function ops.quality_grouped_condition(regclass, ops.data_quality_rules);
