-- 0044_growing_findings: an acknowledged finding that grows worse is open again, and figures are held against their
-- history at a fifth of the price.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03
alter table ops.data_quality_issues
add column failing bigint,
add column score numeric,
add column acknowledged_failing bigint,
add column acknowledged_score numeric,
add column history jsonb not null default '[]';
comment on column ops.data_quality_issues.failing is
'How much failed when it was last seen: rows, or findings that are not listed. Null for one about a store or code.';
comment on column ops.data_quality_issues.score is
'How far the figure of a store or code lay from its history when it was last seen; below zero when it was too small.';
comment on column ops.data_quality_issues.acknowledged_failing is 'What failing was when a person acknowledged it.';
comment on column ops.data_quality_issues.acknowledged_score is 'What score was when a person acknowledged it.';
comment on column ops.data_quality_issues.history is
'What became of it: who acknowledged it, when, why and at what size, and why it was opened again, the first first.';
comment on column ops.data_quality_issues.status is
'acknowledged: a person knows it and said why; it stays until the data is mended, and is open again when it grows '
'worse.';

-- what a person saw who acknowledged it: the latest check before
update ops.data_quality_issues as issue
set failing = result.failing, acknowledged_failing = result.failing
from ops.data_quality_results as result
where
    issue.status <> 'resolved'
    and issue.key = '{}'
    and result.rule_id = issue.rule_id
    and result.metric_date = issue.metric_date
    and result.checked_at = (
        select max(earlier.checked_at)
        from ops.data_quality_results as earlier
        where
            earlier.rule_id = issue.rule_id
            and earlier.metric_date = issue.metric_date
            and earlier.checked_at <= coalesce(issue.acknowledged_at, 'infinity')
    );

create function ops.data_quality_worsened(
    p_known ops.data_quality_issues, p_severity text, p_failing bigint, p_score numeric
) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object('what', 'opened again', 'at', clock_timestamp(), 'why', worse.why)
    from (
        select case
            when
                array_position(array['info', 'warning', 'error'], p_severity)
                > array_position(array['info', 'warning', 'error'], p_known.severity)
                then format('%s now, %s when it was acknowledged', p_severity, p_known.severity)
            when p_failing > p_known.acknowledged_failing
                then format('%s failing, %s when it was acknowledged', p_failing, p_known.acknowledged_failing)
            -- a late sale moves a score a little: that is no news
            when
                sign(p_score) <> sign(p_known.acknowledged_score)
                or abs(p_score) >= 1.5 * abs(p_known.acknowledged_score)
                then format('score %s, %s when it was acknowledged', p_score, p_known.acknowledged_score)
        end as why
    ) as worse
    where p_known.status = 'acknowledged' and worse.why is not null
$$;
comment on function ops.data_quality_worsened(ops.data_quality_issues, text, bigint, numeric) is
'What to note of an acknowledged finding that is news again: graver, more rows than were acknowledged, or a figure '
'half as far again from its history, or on the other side of it. Null of any other.';

create function ops.raise_data_quality_issue(
    p_rule_id text,
    p_metric_date date,
    p_store_id integer,
    p_key jsonb,
    p_severity text,
    p_observed text,
    p_expected text,
    p_failing bigint,
    p_score numeric
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
        rule_id, table_name, metric_date, store_id, key, severity, observed, expected, failing, score
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
        p_expected,
        p_failing,
        p_score
    )
    on conflict (rule_id, metric_date, key) where status <> 'resolved' do update
        set
            store_id = excluded.store_id,
            severity = excluded.severity,
            observed = excluded.observed,
            expected = excluded.expected,
            failing = excluded.failing,
            score = excluded.score,
            last_seen_at = clock_timestamp(),
            times_seen = issue.times_seen + 1,
            -- nobody acknowledged what it has become since
            status = case
                when ops.data_quality_worsened(issue, excluded.severity, excluded.failing, excluded.score) is null
                    then issue.status
                else 'open'
            end,
            history = issue.history || coalesce(
                ops.data_quality_worsened(issue, excluded.severity, excluded.failing, excluded.score), '[]'
            )
    returning issue.issue_id;
end;
comment on function ops.raise_data_quality_issue(text, date, integer, jsonb, text, text, text, bigint, numeric) is
'Notes a finding, or that a known one was seen again, and returns its number. One that was acknowledged is open again '
'when it grew worse. That of a table without days moves to the day of the check.';

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
                                'score', outlier.score,
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
                else jsonb_build_array(jsonb_build_object(
                    'key', '{}'::jsonb, 'observed', outcome.observed, 'failing', outcome.failing
                ))
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
                finding ->> 'observed', coalesce(finding ->> 'expected', rule.question),
                (finding ->> 'failing')::bigint, (finding ->> 'score')::numeric
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
                rule.question,
                finding_count - listed_at_most,
                null
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
    counts text;
    limits text;
begin
    if cardinality(rules) = 0 then
        return;
    end if;
    entity := ops.quality_column(p_table, rules[1].parameters ->> 'entity');
    select string_agg(
        format(
            ' when %s then case when %s then (t.%s%s)::float8 end',
            number,
            concat_ws(
                ' and ', 'true',
                't.' || ops.quality_column(p_table, rules[number].parameters ->> 'counted')
                || ' >= ' || quote_literal(rules[number].parameters ->> 'min_count'),
                't.' || ops.quality_column(p_table, rules[number].parameters ->> 'unless') || ' is null'
            ),
            ops.quality_column(p_table, rules[number].column_names[1]),
            coalesce(' / nullif(t.' || ops.quality_column(p_table, rules[number].parameters ->> 'per') || ', 0)', '')
        ),
        ''
    ),
    string_agg(
        format(
            ' when %s then %s::float8',
            number,
            coalesce('t.' || ops.quality_column(p_table, rules[number].parameters ->> 'counted'), 'null')
        ),
        ''
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
    into figures, counts, limits
    from generate_subscripts(rules, 1) as number;
    return query execute format(
        $statement$with facts as materialized (
    select measured.*
    from (
        -- a list of values for each row would be compiled for each row
        select
            t.%1$s as entity, days.date_key, days.day_class, f.place,
            case f.place%4$s end as figure,
            case f.place%7$s end as counted
        from ops.quality_days($1, $2, $3) as days
        inner join %2$s as t on t.%3$s = days.date_key
        cross join generate_series(1, %8$s) as f (place)
        where
            not exists (
                select from ops.incidents as incident
                where
                    %5$s
                    and days.date_key between incident.from_date and incident.to_date
            )
        -- so that a figure is computed once
        offset 0
    ) as measured
    where measured.figure is not null
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
        figures,
        case
            when declared.store_column is null then 'false'
            else format('incident.store_id = t.%s', ops.quality_column(p_table, declared.store_column))
        end,
        limits,
        counts,
        cardinality(rules)
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
