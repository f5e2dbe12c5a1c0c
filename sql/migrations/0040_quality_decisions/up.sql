-- 0040_quality_decisions: which sales a rule sets aside, and a day that tells which it took; labels that are asked anew
-- and can be taken back; findings that say who acknowledged them.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03
create function ops.failing_sales(
    p_rule_id text, p_version integer, p_day date, p_keys jsonb, p_limit bigint
)
returns table (source_id smallint, transaction_id text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    rule constant ops.data_quality_rules := (
        select known
        from ops.data_quality_rules as known
        where
            known.rule_id = p_rule_id
            and known.version = p_version
            and known.is_active
            and known.action = 'quarantine'
            and known.scope = 'row'
    );
    declared constant ops.data_quality_tables := (
        select known from ops.data_quality_tables as known where known.table_name = rule.table_name
    );
    of_table constant regclass := rule.table_name::regclass;
begin
    -- retired or changed since it was asked
    if rule.rule_id is null then
        return;
    end if;
    return query execute format(
        $statement$with failing as materialized (
    select distinct t.%1$s as source_id, t.%2$s as transaction_id
    from %3$s as t%4$s
    where %5$s and %6$s
)

select failing.source_id, failing.transaction_id
from failing
where
    -- an archived sale stays as it is shown
    not ops.is_sale_archived(failing.source_id, failing.transaction_id)
    -- somebody replayed this version of the sale although this version of the rule refuses it: it counts
    and not exists (
        select from scout.quarantine as entry
        inner join scout.silver_transaction_keys as known
            on entry.source_id = known.source_id and entry.transaction_id = known.transaction_id
        inner join scout.bronze_transaction_versions as version
            on
                known.source_id = version.source_id
                and known.transaction_id = version.transaction_id
                and known.content_hash = version.content_hash
        where
            entry.source_id = failing.source_id
            and entry.transaction_id = failing.transaction_id
            and entry.layer = 'silver'
            and entry.status = 'replayed'
            and entry.rule_id = %7$L
            and entry.rule_version = %8$L
            and entry.ingest_id between version.first_id and version.last_id
    )
order by failing.source_id, failing.transaction_id
limit $2$statement$,
        ops.quality_column(of_table, 'source_id'),
        ops.quality_column(of_table, 'transaction_id'),
        of_table,
        case
            when p_keys is not null then
                E'\n    inner join jsonb_to_recordset($1) as k (store_id integer, date_key date, source_id smallint, '
                'transaction_id text)\n        on t.store_id = k.store_id and t.date_key = k.date_key and '
                't.source_id = k.source_id and t.transaction_id = k.transaction_id'
            else ''
        end,
        ops.quality_range(of_table, declared.day_grain, declared.day_column, p_day),
        ops.quality_condition(of_table, rule),
        rule.rule_id,
        rule.version
    )
    using p_keys, p_limit;
end
$$;
comment on function ops.failing_sales(text, integer, date, jsonb, bigint) is
'Sales of a day that break a version of a rule whose action is quarantine, as silver holds them now: only those with '
'the keys (a sample that a check took, which is then looked up and not searched for), or without keys any of the day. '
'Archived sales, and those that a person replayed under this version, are left out; so are all once it is another one.';

create table ops.relabelled_days (
    date_key date primary key,
    changed_xid xid8 not null default pg_current_xact_id(),
    changed_at timestamptz not null default clock_timestamp()
);
comment on table ops.relabelled_days is
'Days that are to be judged anew because a label of ops.incidents came or went: those that it names, and later ones '
'with a finding that may come from having learned from them.';

create view ops.v_relabelled_checks as
with learning as (
    select
        declared.table_name,
        declared.day_grain
    from ops.data_quality_tables as declared
    where
        declared.is_active
        and declared.day_grain <> 'table'
        and exists (
            select 1
            from ops.data_quality_rules as rule
            where
                rule.table_name = declared.table_name
                and rule.is_active
                and rule.dimension in ('distribution', 'volume')
        )
),

-- the rows of an archived month are gone: its days would look silent
days as (
    select
        relabelled.date_key,
        relabelled.changed_xid
    from ops.relabelled_days as relabelled
    where relabelled.date_key >= (select ops.silver_kept_from())
),

labelled as (
    select
        learning.table_name,
        date_trunc(learning.day_grain, days.date_key)::date as check_date,
        max(days.changed_xid::text::numeric) as changed_xid
    from learning
    cross join days
    group by learning.table_name, date_trunc(learning.day_grain, days.date_key)::date
)

select
    labelled.table_name,
    labelled.check_date
from labelled
-- a day that nobody looked at yet is looked at when something comes, with its labels
inner join lateral (
    select metric.seen_xid
    from ops.data_quality_metrics as metric
    where metric.table_name = labelled.table_name and metric.metric_date = labelled.check_date
    order by metric.checked_at desc
    limit 1
) as latest on labelled.changed_xid >= latest.seen_xid::text::numeric;
comment on view ops.v_relabelled_checks is
'Tables and days that were checked before a label of theirs changed; of tables whose rules compare days.';

comment on column ops.store_days.is_changed is 'Silver, or a label of the day, changed since the last audit.';

create table ops.removed_incidents (
    incident_id bigint primary key,
    store_id integer,
    from_date date not null,
    to_date date not null,
    kind text not null,
    noted_by text not null,
    note text not null,
    noted_at timestamptz not null,
    removed_by text not null,
    removal text not null,
    removed_at timestamptz not null default clock_timestamp()
);
comment on table ops.removed_incidents is 'Labels of days that were taken back: what they said, by whom, why and when.';
comment on column ops.removed_incidents.removal is 'Why it was taken back.';

alter table ops.data_quality_issues
add column acknowledged_at timestamptz,
add column acknowledged_by text,
add column acknowledgement text;
comment on column ops.data_quality_issues.acknowledged_at is
'When a person acknowledged it; null when nobody did, or before this column was there.';
comment on column ops.data_quality_issues.acknowledged_by is 'Who acknowledged it, also after it was resolved.';
comment on column ops.data_quality_issues.acknowledgement is 'Why it need not be mended, or who mends it.';
update ops.data_quality_issues
set acknowledged_by = resolved_by, acknowledgement = resolution, resolved_by = null, resolution = null
where status = 'acknowledged';

create function ops.issue_matches(p_issue ops.data_quality_issues, p_chosen jsonb) returns boolean
language sql stable
as $$
    select
        (p_chosen -> 'ids' is null or p_chosen -> 'ids' @> to_jsonb(p_issue.issue_id))
        and (
            p_chosen ->> 'rule' is null
            or p_chosen ->> 'rule' in (p_issue.rule_id, regexp_replace(p_issue.rule_id, '^.*[.]', ''))
        )
        and p_issue.table_name = coalesce(p_chosen ->> 'table', p_issue.table_name)
        and p_issue.severity = coalesce(p_chosen ->> 'severity', p_issue.severity)
        and p_issue.metric_date >= coalesce((p_chosen ->> 'first')::date, p_issue.metric_date)
        and p_issue.metric_date <= coalesce((p_chosen ->> 'last')::date, p_issue.metric_date)
$$;
comment on function ops.issue_matches(ops.data_quality_issues, jsonb) is
'Does a finding belong to a selection: ids, rule (whole, or its name in its table), table, severity, first and last '
'(business days, both included).';

create or replace function scout.why_did_it_change(p_store_code text, p_day date)
returns table (happened_at timestamptz, what text, detail text, who text, batch_id bigint, file_name text)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with asked as (
        select
            registry.store_id,
            registry.store_code,
            p_day as date_key
        from scout.store_registry as registry
        where registry.store_code = upper(btrim(p_store_code))
    ),

    sales as (
        select
            known.source_id,
            known.transaction_id,
            known.content_hash,
            known.store_id,
            known.date_key
        from asked
        inner join scout.silver_transaction_keys as known
            on asked.store_id = known.store_id and asked.date_key = known.date_key
    ),

    versions as (
        select
            version.batch_id,
            version.content_hash = sales.content_hash as is_current,
            count(*) over (partition by version.source_id, version.transaction_id) > 1 as is_resent
        from sales
        inner join scout.bronze_transaction_versions as version
            on sales.source_id = version.source_id and sales.transaction_id = version.transaction_id
    ),

    received as (
        select
            versions.batch_id,
            count(*) as sale_count,
            count(*) filter (where versions.is_resent and versions.is_current) as correcting_count,
            count(*) filter (where versions.is_resent and not versions.is_current) as corrected_count
        from versions
        group by versions.batch_id
    ),

    codes as (
        select distinct item.sku
        from sales
        inner join scout.silver_transaction_items as item
            on
                sales.store_id = item.store_id
                and sales.date_key = item.date_key
                and sales.source_id = item.source_id
                and sales.transaction_id = item.transaction_id
    ),

    described as (
        select
            record.kind,
            record.code,
            record.valid_from,
            record.batch_id
        from scout.dimension_records as record
        inner join asked on record.kind = 'store' and upper(btrim(record.code)) = asked.store_code
        union all
        select
            record.kind,
            record.code,
            record.valid_from,
            record.batch_id
        from scout.dimension_records as record
        inner join codes on record.kind = 'product' and record.code = codes.sku
        -- what was described before the sales came changed nothing
        where record.batch_id > (select min(received.batch_id) from received)
        union all
        select
            'till_total',
            trim_scale(metric.metric_value)::text,
            metric.date_key,
            record.batch_id
        from asked
        inner join scout.silver_store_metrics as metric
            on asked.store_id = metric.store_id and asked.date_key = metric.date_key
        inner join scout.dimension_records as record
            on record.kind = 'store_metric' and metric.measurement_id = record.code
        where metric.metric_name = 'till_total'
    ),

    described_by_batch as (
        select
            described.batch_id,
            case described.kind
                when 'till_total' then 'till total received'
                else described.kind || ' described'
            end as what,
            case
                when count(*) = 1 then
                    min(described.code) || case
                        when described.kind <> 'till_total' then
                            format(' from %s on', to_char(min(described.valid_from), 'YYYY-MM-DD'))
                        else ''
                    end
                else format('%s of them, such as %s', count(*), min(described.code))
            end as detail
        from described
        group by described.batch_id, described.kind
    ),

    entries as (
        select
            entry.store_id,
            entry.quarantine_id
        from sales
        inner join scout.quarantine as entry
            on sales.source_id = entry.source_id and sales.transaction_id = entry.transaction_id
        union
        -- what a rule took from the day is not among its sales
        select
            entry.store_id,
            entry.quarantine_id
        from asked
        inner join scout.quarantine as entry on asked.store_id = entry.store_id
        where
            entry.history @> jsonb_build_array(jsonb_build_object('what', 'set aside', 'date_key', asked.date_key))
    ),

    set_aside as (
        select
            entry.quarantined_at,
            entry.resolved_at,
            entry.resolved_by,
            entry.resolution,
            entry.status,
            entry.transaction_id,
            case when entry.reason_code = 'broken_rule' then entry.rule_id else entry.reason_code end as reason_code,
            entry.batch_id
        from entries
        inner join scout.quarantine as entry
            on entries.store_id = entry.store_id and entries.quarantine_id = entry.quarantine_id
    ),

    told as (
        select
            batch.received_at as happened_at,
            case when batch.replay_of is null then 'sales received' else 'quarantine replayed' end as what,
            format('%s sales', received.sale_count)
            || case
                when received.correcting_count > 0 then
                    format(', %s of them in place of an earlier version', received.correcting_count)
                else ''
            end
            || case
                when received.corrected_count > 0 then
                    format(', %s of them replaced by a later version', received.corrected_count)
                else ''
            end as detail,
            null as who,
            received.batch_id
        from received
        inner join scout.bronze_ingestion_batches as batch on received.batch_id = batch.batch_id
        union all
        select
            batch.received_at,
            described_by_batch.what,
            described_by_batch.detail,
            null,
            described_by_batch.batch_id
        from described_by_batch
        inner join scout.bronze_ingestion_batches as batch on described_by_batch.batch_id = batch.batch_id
        union all
        select
            set_aside.quarantined_at,
            'line set aside',
            format('of sale %s: %s', set_aside.transaction_id, set_aside.reason_code),
            null,
            set_aside.batch_id
        from set_aside
        union all
        select
            set_aside.resolved_at,
            'line ' || set_aside.status,
            format('of sale %s: %s', set_aside.transaction_id, coalesce(set_aside.resolution, set_aside.reason_code)),
            set_aside.resolved_by,
            set_aside.batch_id
        from set_aside
        where set_aside.resolved_at is not null
        union all
        select
            restated.restated_at,
            case when restated.was_closed then 'closed figure restated' else 'figure changed' end,
            format(
                '%s: %s before, %s now (%s)', restated.kpi, coalesce(trim_scale(restated.old_value)::text, 'none'),
                coalesce(trim_scale(restated.new_value)::text, 'none'), restated.cause
            ),
            null,
            restated.batch_id
        from asked
        inner join ops.restatements as restated
            on asked.store_id = restated.store_id and asked.date_key = restated.date_key
        union all
        select
            event.occurred_at,
            event.event,
            event.note || case
                when event.from_state is distinct from event.to_state then
                    format(' (%s, before: %s)', event.to_state, coalesce(event.from_state, 'none'))
                else ''
            end,
            event.actor,
            event.batch_id
        from asked
        inner join ops.store_day_events as event
            on asked.store_id = event.store_id and asked.date_key = event.date_key
    )

    select
        told.happened_at,
        told.what,
        told.detail,
        told.who,
        told.batch_id,
        batch.file_name
    from told
    left join scout.bronze_ingestion_batches as batch on told.batch_id = batch.batch_id
    order by told.happened_at, told.batch_id, told.what, told.detail;
$$;
