-- 0045_as_of_one_moment, undone.
-- noqa: disable=RF01,RF02,RF03
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
        inner join ops.v_data_quality_metrics as metric
            on days.date_key = metric.metric_date and metric.table_name = p_rule.table_name
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
            history.n >= (p_rule.parameters ->> 'min_history')::bigint
            -- a day that is not over, or that somebody labelled, is no day to compare
            and p_day < (now() at time zone 'utc')::date
            and not exists (
                select 1
                from ops.incidents as incident
                where incident.store_id is null and p_day between incident.from_date and incident.to_date
            ) as is_judged
        from history
    )

    select
        row(
            case
                when judged.is_judged then (
                    judged.share < (p_rule.parameters ->> 'min_share')::numeric
                    or judged.share > (p_rule.parameters ->> 'max_share')::numeric
                )::integer::bigint
            end,
            case
                when judged.is_judged then format('%s rows, %s expected', p_total, round(judged.median))
                else 'too little history, or the day is not over'
            end,
            '[]'::jsonb
        )::ops.quality_outcome
    from judged;
$$;
comment on function ops.quality_volume(ops.data_quality_rules, date, bigint) is
'Compares the rows of the day with the median of the checked days of its class.';

create or replace function ops.quality_reconciliation(p_rule ops.data_quality_rules, p_day date, p_measured numeric)
returns ops.quality_outcome
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    other constant ops.data_quality_tables := (
        select known from ops.data_quality_tables as known where known.table_name = p_rule.parameters ->> 'table'
    );
    other_sum numeric;
begin
    if ops.quality_waits(p_rule.table_name, p_day) then
        return row(null, 'the day waits to be computed again', '[]'::jsonb);
    end if;
    -- the other table was read for the same check a moment ago: its sum stands in its metrics
    select (metric.measures ->> (p_rule.parameters ->> 'column'))::numeric
    into other_sum
    from ops.data_quality_metrics as metric
    where metric.table_name = other.table_name and metric.metric_date = p_day and metric.checked_at >= now()
    order by metric.checked_at desc
    limit 1;
    if not found then
        execute format(
            'select sum(t.%s) from %s as t where %s',
            ops.quality_column(other.table_name::regclass, p_rule.parameters ->> 'column'),
            other.table_name::regclass,
            ops.quality_range(other.table_name::regclass, other.day_grain, other.day_column, p_day)
        )
        into other_sum;
    end if;
    return row(
        (abs(coalesce(p_measured, 0) - coalesce(other_sum, 0))
            > (p_rule.parameters ->> 'tolerance')::numeric)::integer::bigint,
        format('%s here, %s in %s', coalesce(p_measured, 0), coalesce(other_sum, 0), other.table_name),
        '[]'::jsonb
    );
end
$$;
comment on function ops.quality_reconciliation(ops.data_quality_rules, date, numeric) is
'Compares the sum of a column over the day with that of another table. A day that waits for gold is not judged.';

create or replace view ops.v_due_checks as
with days as (
    select
        'business' as calendar,
        changed.date_key,
        changed.changed_xid
    from ops.changed_days as changed
    union all
    select
        'receipt' as calendar,
        (batch.received_at at time zone 'utc')::date as date_key,
        batch.ingest_xid as changed_xid
    from scout.bronze_ingestion_batches as batch
),

changes as (
    select
        declared.table_name,
        declared.day_grain = 'table' as is_whole,
        case declared.day_grain
            when 'table' then current_date
            when 'day' then days.date_key
            else date_trunc(declared.day_grain, days.date_key)::date
        end as check_date,
        days.date_key,
        days.changed_xid
    from ops.data_quality_tables as declared
    inner join days
        on case when declared.asset like 'bronze/%' then 'receipt' else 'business' end = days.calendar
    where declared.is_active
),

seen as (
    select
        changes.table_name,
        changes.check_date,
        bool_or(
            coalesce(
                changes.changed_xid >= latest.seen_xid
                -- seen in the cluster that this database was restored from
                or latest.seen_xid > pg_snapshot_xmax(pg_current_snapshot()),
                true
            )
        ) as is_changed
    from changes
    left join lateral (
        select metric.seen_xid
        from ops.data_quality_metrics as metric
        where
            metric.table_name = changes.table_name
            -- a table without days is the same tomorrow
            and (changes.is_whole or metric.metric_date = changes.check_date)
        order by metric.checked_at desc
        limit 1
    ) as latest on true
    group by changes.table_name, changes.check_date
),

-- days after a known one on which nothing came: a silence is only seen by looking at them
gaps as (
    select
        changed.date_key,
        lead(changed.date_key) over (order by changed.date_key) as next_day
    from ops.changed_days as changed
),

empty_days as (
    select
        declared.table_name,
        empty.date_key::date as check_date
    from gaps
    -- what stays away for more than a month was not silent, it was not there
    cross join
        lateral generate_series(
            gaps.date_key + 1, least(gaps.next_day - 1, gaps.date_key + 31), interval '1 day'
        ) as empty (date_key)
    cross join ops.data_quality_tables as declared
    where
        gaps.next_day is not null
        and declared.is_active
        and declared.day_grain = 'day'
        and exists (
            select 1
            from ops.data_quality_rules as rule
            where rule.table_name = declared.table_name and rule.is_active and rule.dimension = 'volume'
        )
        and not exists (
            select 1
            from ops.data_quality_metrics as metric
            where metric.table_name = declared.table_name and metric.metric_date = empty.date_key::date
        )
)

select
    seen.table_name,
    seen.check_date
from seen
where seen.is_changed
union
select
    empty_days.table_name,
    empty_days.check_date
from empty_days;

drop function ops.day_is_over(date);

drop function ops.day_end(date);

drop function ops.quality_kept_from(ops.data_quality_tables);

comment on column ops.data_quality_results.passes is null;
