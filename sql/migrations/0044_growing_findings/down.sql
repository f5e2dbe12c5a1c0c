-- 0044_growing_findings, undone.
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
    figures text;
begin
    if cardinality(rules) = 0 then
        return;
    end if;
    entity := ops.quality_column(p_table, rules[1].parameters ->> 'entity');
    select string_agg(
        format(
            '(%L, case when %s then (t.%s%s)::float8 end, %s::float8, %L::float8, %L::float8, %L::bigint, %L::float8)',
            rule.rule_id,
            concat_ws(
                ' and ', 'true',
                't.' || ops.quality_column(p_table, rule.parameters ->> 'counted')
                || ' >= ' || quote_literal(rule.parameters ->> 'min_count'),
                't.' || ops.quality_column(p_table, rule.parameters ->> 'unless') || ' is null'
            ),
            ops.quality_column(p_table, rule.column_names[1]),
            coalesce(' / nullif(t.' || ops.quality_column(p_table, rule.parameters ->> 'per') || ', 0)', ''),
            coalesce('t.' || ops.quality_column(p_table, rule.parameters ->> 'counted'), 'null'),
            rule.parameters ->> 'limit', rule.parameters ->> 'min_change', rule.parameters ->> 'min_history',
            rule.parameters ->> 'noise'
        ),
        ', '
    )
    into figures
    from unnest(rules) as rule;
    return query execute format(
        $statement$with facts as materialized (
    select
        t.%1$s as entity, days.date_key, days.day_class, f.rule_id, f.figure, f.counted, f.score_limit, f.min_change,
        f.min_history, f.noise
    from ops.quality_days($1, $2, $3) as days
    inner join %2$s as t on t.%3$s = days.date_key
    cross join lateral (values %4$s) as f (rule_id, figure, counted, score_limit, min_change, min_history, noise)
    where
        f.figure is not null
        and not exists (
            select from ops.incidents as incident
            where
                %5$s
                and days.date_key between incident.from_date and incident.to_date
        )
),

medians as (
    select
        rule_id, entity, day_class, count(*) as n,
        percentile_cont(0.5) within group (order by figure) as median
    from facts
    where date_key < $1
    group by rule_id, entity, day_class
),

-- what is usually nothing has no relative change
centre as (
    select *
    from medians
    where median > 0
),

spread as (
    select
        facts.rule_id, facts.entity, count(*) as n,
        -- the median of few days lies nearer to each of them than to the day that is judged
        1.4826 * percentile_cont(0.5) within group (
            order by 2 * abs(sqrt(greatest(facts.figure / centre.median, 0)) - 1) * (1 + 1.0::float8 / centre.n)
        ) as deviation,
        percentile_cont(0.5) within group (order by facts.counted) as counted
    from facts
    inner join centre using (rule_id, entity, day_class)
    where facts.date_key < $1 and centre.n > 1
    group by facts.rule_id, facts.entity
),

judged as (
    select
        facts.rule_id, facts.entity, facts.figure, facts.score_limit, facts.min_change, centre.median,
        -- no figure is steadier than its rounding, or than what it counts: 1 / sqrt(n) for n sales
        2 * (sqrt(greatest(facts.figure / centre.median, 0)) - 1) / greatest(
            spread.deviation * (1 + 0.5::float8 / centre.n), 0.05, facts.noise / sqrt(nullif(spread.counted, 0))
        ) as score
    from facts
    inner join centre using (rule_id, entity, day_class)
    inner join spread using (rule_id, entity)
    where
        facts.date_key = $1
        and centre.n >= facts.min_history and spread.n >= 2 * facts.min_history
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
        figures,
        case
            when declared.store_column is null then 'false'
            else format('incident.store_id = t.%s', ops.quality_column(p_table, declared.store_column))
        end
    )
    using
        p_day, (rules[1].parameters ->> 'window_days')::integer,
        coalesce((rules[1].parameters ->> 'by_class')::boolean, true);
end
$$;
comment on function ops.quality_outliers(regclass, date) is
'Every judged figure of the day: the median of the same class of day is what was expected, and the spread is the MAD '
'of the residuals (of roots, which steady counts) of that store or code over all its days, wider for a short history '
'and never below what the number of sales allows. The day itself is in neither. What has too little history is not '
'judged and not returned.';

create or replace function ops.check_data_quality(p_table regclass, p_date date default current_date)
returns ops.data_quality_metrics
language plpgsql
set search_path = pg_catalog, pg_temp
set work_mem = '64MB'
as $$
declare
    started constant timestamptz := clock_timestamp();
    declared constant ops.data_quality_tables := (
        select known
        from ops.data_quality_tables as known
        where known.is_active and to_regclass(known.table_name) = p_table
    );
    rule ops.data_quality_rules;
    found_rows jsonb;
    outcome ops.quality_outcome;
    outliers jsonb := '[]';
    day_total bigint;
    failing_share numeric;
    is_passed boolean;
    metric ops.data_quality_metrics;
    finding jsonb;
    listed_at_most constant bigint := 1000;
    finding_count bigint;
begin
    if declared.table_name is null then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('no rules are registered for %s', p_table),
            hint = 'scout quality rules lists the tables that have rules';
    end if;
    execute ops.quality_statement(p_table, p_date) into found_rows;
    day_total := (found_rows ->> 'total')::bigint;
    metric := row(
        p_date, declared.table_name, started, day_total, (found_rows ->> 'nulls')::bigint, 0, '{}'::jsonb,
        found_rows -> 'measures', true, 0,
        case
            when ops.quality_waits(declared.table_name, p_date) then '0'::xid8
            else pg_snapshot_xmin(pg_current_snapshot())
        end
    );
    select coalesce(jsonb_agg(to_jsonb(outlier)) filter (where outlier.is_outlier), '[]')
    into outliers
    from ops.quality_outliers(p_table, p_date) as outlier
    where
        p_date < (now() at time zone 'utc')::date
        and not exists (
            select from ops.incidents as incident
            where incident.store_id is null and p_date between incident.from_date and incident.to_date
        );
    for rule in
        select known.*
        from ops.data_quality_rules as known
        where known.table_name = declared.table_name and known.is_active
        order by known.rule_id
    loop
        if rule.scope = 'row' then
            outcome := row(
                coalesce((found_rows #>> array['rows', rule.rule_id, 'failing'])::bigint, 0), null,
                coalesce(found_rows #> array['rows', rule.rule_id, 'sample'], '[]')
            );
        else
            case rule.dimension
                when 'uniqueness' then
                    outcome := row(
                        (found_rows #>> array['days', rule.rule_id, 'failing'])::bigint, null,
                        found_rows #> array['days', rule.rule_id, 'sample']
                    );
                when 'freshness' then
                    outcome := ops.quality_freshness(
                        rule, p_date, (found_rows #>> array['days', rule.rule_id])::timestamptz
                    );
                when 'volume' then
                    if rule.parameters ? 'entity' then
                        select
                            case when p_date < (now() at time zone 'utc')::date then count(*) end,
                            format('%s stores without a sale', count(*)),
                            coalesce(
                                jsonb_agg(jsonb_build_object(
                                    'key', jsonb_build_object(rule.parameters ->> 'entity', silent.entity::integer),
                                    'store_id', silent.entity::integer,
                                    'observed', 'no sale',
                                    'expected', format('about %s', silent.expected)
                                )),
                                '[]'
                            )
                        into outcome
                        from ops.quality_silent(p_table, rule, p_date) as silent;
                    else
                        outcome := ops.quality_volume(rule, p_date, day_total);
                    end if;
                when 'distribution' then
                    select
                        count(*),
                        format('%s far from their own history', count(*)),
                        coalesce(
                            jsonb_agg(jsonb_build_object(
                                'key', jsonb_build_object(rule.parameters ->> 'entity', outlier.entity),
                                'store_id', case
                                    when declared.store_column = rule.parameters ->> 'entity'
                                        then outlier.entity::integer
                                end,
                                'observed', format('%s (score %s)', outlier.figure, outlier.score),
                                'expected', format('about %s', outlier.expected)
                            )),
                            '[]'
                        )
                    into outcome
                    from jsonb_to_recordset(outliers) as outlier (
                        rule_id text, entity text, figure numeric, expected numeric, score numeric
                    )
                    where outlier.rule_id = rule.rule_id;
                    metric.outlier_count := metric.outlier_count + outcome.failing;
                when 'reconciliation' then
                    outcome := ops.quality_reconciliation(
                        rule, p_date, (found_rows #>> array['measures', rule.column_names[1]])::numeric
                    );
                when 'schema' then
                    outcome := ops.quality_schema(p_table, rule);
            end case;
        end if;
        failing_share := outcome.failing::numeric / greatest(day_total, 1);
        is_passed := case
            when rule.threshold = 0 then coalesce(outcome.failing, 0) = 0
            else coalesce(failing_share, 0) <= rule.threshold
        end;
        outcome.observed := coalesce(
            outcome.observed, format('%s of %s rows', outcome.failing, day_total)
        );
        if outcome.failing > 0 then
            metric.constraint_violations := metric.constraint_violations || jsonb_build_object(
                regexp_replace(rule.rule_id, '^.*[.]', ''), outcome.failing
            );
        end if;
        metric.passes := metric.passes and (is_passed or rule.severity <> 'error');
        insert into ops.data_quality_results (
            rule_id, metric_date, checked_at, rule_version, failing, total, failing_weight, passes, observed, sample
        )
        values (
            rule.rule_id, p_date, started, rule.version, outcome.failing, day_total,
            (found_rows #>> array['rows', rule.rule_id, 'weight'])::bigint, is_passed, outcome.observed,
            coalesce(jsonb_path_query_array(outcome.findings, '$[0 to 19]'), '[]')
        );
        -- a rule about stores or codes has a finding for each of them, another one a single finding for the day
        if not rule.parameters ? 'entity' then
            outcome.findings := case
                when is_passed then '[]'::jsonb
                else jsonb_build_array(jsonb_build_object('key', '{}'::jsonb, 'observed', outcome.observed))
            end;
        end if;
        for finding in
            select element
            from jsonb_array_elements(outcome.findings) as element
            where not is_passed
            -- in the order of their keys, so that the next check lists the same
            order by element -> 'key'
            limit listed_at_most
        loop
            perform ops.raise_data_quality_issue(
                rule.rule_id, p_date, (finding ->> 'store_id')::integer, finding -> 'key', rule.severity,
                finding ->> 'observed', coalesce(finding ->> 'expected', rule.question)
            );
        end loop;
        finding_count := case when is_passed then 0 else jsonb_array_length(outcome.findings) end;
        -- nothing is left out in silence: one finding more says how many have none of their own
        if finding_count > listed_at_most then
            perform ops.raise_data_quality_issue(
                rule.rule_id, p_date, null, '{"beyond": "limit"}', rule.severity,
                format(
                    '%s findings beyond the %s that are listed, %s in all',
                    finding_count - listed_at_most, listed_at_most, finding_count
                ),
                rule.question
            );
            outcome.findings := outcome.findings || '[{"key": {"beyond": "limit"}}]'::jsonb;
        end if;
        perform ops.settle_data_quality_issues(
            rule.rule_id, p_date,
            case when is_passed then '[]'::jsonb else jsonb_path_query_array(outcome.findings, '$[*].key') end
        );
    end loop;
    metric.seconds := round(extract(epoch from clock_timestamp() - started), 4);
    insert into ops.data_quality_metrics select (metric).*;
    return metric;
end
$$;
comment on function ops.check_data_quality(regclass, date) is
'Asks every rule of a registered table about one day (a table without days: whole), writes metrics, results and '
'findings, and returns the metrics. Raises for a table that has no rules.';

drop function ops.raise_data_quality_issue(text, date, integer, jsonb, text, text, text, bigint, numeric);
drop function ops.data_quality_worsened(ops.data_quality_issues, text, bigint, numeric);

comment on column ops.data_quality_issues.status is
'acknowledged: a person knows it and said why; it stays until the data is mended.';
alter table ops.data_quality_issues
drop column failing,
drop column score,
drop column acknowledged_failing,
drop column acknowledged_score,
drop column history;
