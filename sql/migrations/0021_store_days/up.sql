-- 0021_store_days: each store's business day as a thing of its own: its state, what an audit found, who decided what,
-- what it showed when it was closed, and why its figures changed since.
-- The columns are added to a small table that is written by gold alone.
-- squawk-ignore-file adding-field-with-default

create table ops.store_days (
    store_id integer not null,
    date_key date not null,
    state text not null default 'open'
    check (state in ('open', 'loading', 'complete', 'balanced', 'audited', 'closed')),
    is_changed boolean not null default true,
    is_due boolean not null default true,
    changed_at timestamptz not null default clock_timestamp(),
    changed_by text not null,
    batch_id bigint,
    sale_count bigint,
    error_count bigint not null default 0,
    overridden_count bigint not null default 0,
    warning_count bigint not null default 0,
    audited_at timestamptz,
    closed_at timestamptz,
    closed_by text,
    closed_net_revenue numeric,
    closed_units numeric,
    closed_transaction_count bigint,
    primary key (store_id, date_key),
    check ((state = 'closed') = (closed_at is not null))
);
comment on table ops.store_days is
'One row per store and business day that has, or had, a sale or a till total. Written in the transaction that changes '
'silver, carried from state to state by the audit and by people.';
comment on column ops.store_days.state is
'open: the day is not over at the store; loading: something of it is on its way to gold, or was not audited yet; '
'complete: all that came is in gold, and its sums do not agree; balanced: they do, another error stands; audited: no '
'error stands; closed: a person or the policy closed it.';
comment on column ops.store_days.is_changed is 'Silver changed since the last audit.';
comment on column ops.store_days.is_due is
'To be audited: it changed, or a day did on which its findings depend.';
comment on column ops.store_days.changed_by is
'Why silver changed last: received, described, corrected, replayed, rebuilt, reconciled or migrated.';
comment on column ops.store_days.batch_id is 'The latest batch of the ledger that changed it; null when none did.';
comment on column ops.store_days.sale_count is 'Sales of the day when it was last audited, voided ones left out.';
comment on column ops.store_days.error_count is 'Findings of severity error that stand; overridden ones do not.';
comment on column ops.store_days.closed_net_revenue is
'What gold showed when the day was closed; later changes are in ops.restatements. Null: no sale.';
create index store_days_due on ops.store_days (store_id, date_key) where is_due;
create index store_days_by_day on ops.store_days (date_key, state);

create table ops.store_day_findings (
    store_id integer not null,
    date_key date not null,
    finding text not null,
    stage text not null check (stage in ('balance', 'audit')),
    severity text not null check (severity in ('info', 'warning', 'error')),
    failing bigint not null,
    observed text not null,
    expected text not null,
    details jsonb not null default '{}',
    first_found_at timestamptz not null default clock_timestamp(),
    last_found_at timestamptz not null default clock_timestamp(),
    primary key (store_id, date_key, finding)
);
comment on table ops.store_day_findings is
'What the latest audit found about a store-day; what it does not find any more is gone, and the events tell of it.';
comment on column ops.store_day_findings.stage is
'balance: sums disagree, the day is at most complete; audit: anything else, the day is at most balanced.';
comment on column ops.store_day_findings.details is 'At most five examples, or the gaps of each device.';
create index store_day_findings_by_kind on ops.store_day_findings (finding, store_id, date_key);

create table ops.store_day_overrides (
    store_id integer not null,
    override_id bigint generated always as identity,
    date_key date not null,
    finding text not null,
    observed text not null,
    overridden_by text not null,
    reason text not null,
    overridden_at timestamptz not null default clock_timestamp(),
    primary key (store_id, override_id)
);
comment on table ops.store_day_overrides is
'Who accepted which finding of a store-day, why and when; kept for ever. One holds while the finding says the same: '
'what changes must be looked at again.';
create index store_day_overrides_by_day on ops.store_day_overrides (store_id, date_key, finding);

create view ops.v_store_day_standing as
select
    finding.store_id,
    finding.date_key,
    finding.finding,
    finding.stage,
    finding.severity,
    exists(
        select 1
        from ops.store_day_overrides as override
        where
            override.store_id = finding.store_id
            and override.date_key = finding.date_key
            and override.finding = finding.finding
            and override.observed = finding.observed
    ) as is_overridden
from ops.store_day_findings as finding;
comment on view ops.v_store_day_standing is
'The findings of every store-day, and whether somebody accepted them as they are: such a one does not stand.';

create table ops.store_day_events (
    store_id integer not null,
    event_id bigint generated always as identity,
    date_key date not null,
    event text not null check (event in ('changed', 'audited', 'overridden', 'closed', 'reopened')),
    from_state text,
    to_state text not null,
    actor text not null,
    note text not null,
    batch_id bigint,
    occurred_at timestamptz not null default clock_timestamp(),
    primary key (store_id, event_id)
);
comment on table ops.store_day_events is
'What happened to a store-day since it was first audited: it changed, was audited with another outcome, and what '
'people decided. Append-only.';
create index store_day_events_by_day on ops.store_day_events (store_id, date_key);

alter table ops.restatements
add column batch_id bigint,
add column was_closed boolean not null default false;
comment on column ops.restatements.batch_id is
'The latest batch that changed the store-day; null when no batch did, such as a store that was described otherwise.';
comment on column ops.restatements.was_closed is
'The store-day was closed: its closed figures and these changes add up to what gold shows.';

create function ops.store_day_state(
    p_is_over boolean, p_is_waiting boolean, p_balance_errors bigint, p_other_errors bigint
) returns text
language sql immutable parallel safe
return case
    when not p_is_over then 'open'
    when p_is_waiting then 'loading'
    when p_balance_errors > 0 then 'complete'
    when p_other_errors > 0 then 'balanced'
    else 'audited'
end;
comment on function ops.store_day_state(boolean, boolean, bigint, bigint) is
'The state of a store-day that nobody closed: is it over at the store, does anything of it wait for gold or for the '
'audit, and how many errors stand, of its sums and others.';

create function ops.month_is_closed(p_month date) returns boolean
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    with bounds as (
        select
            date_trunc('month', p_month::timestamp)::date as first_day,
            (date_trunc('month', p_month::timestamp) + interval '1 month')::date as end_day
    )

    select
        not exists (
            select 1
            from ops.store_days as store_day
            inner join bounds
                on bounds.first_day <= store_day.date_key and bounds.end_day > store_day.date_key
            where
                -- closed, and changed since: what changed must have reached gold and the audit
                (store_day.state <> 'closed' or store_day.is_changed)
                -- not audited yet: it may have sales
                and coalesce(store_day.sale_count, 1) > 0
        );
$$;
comment on function ops.month_is_closed(date) is
'Is every store-day with sales in the month of this day closed, and none of them waiting to be computed again? True '
'for a month without sales.';

-- what silver holds already was never audited
insert into ops.store_days (store_id, date_key, changed_by)
select distinct
    sale.store_id,
    sale.date_key,
    'migrated'
from scout.silver_transaction_keys as sale;

create function scout.why_did_it_change(p_store_code text, p_day date)
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

    set_aside as (
        select
            entry.quarantined_at,
            entry.resolved_at,
            entry.resolved_by,
            entry.resolution,
            entry.status,
            entry.transaction_id,
            entry.reason_code,
            entry.batch_id
        from sales
        inner join scout.quarantine as entry
            on sales.source_id = entry.source_id and sales.transaction_id = entry.transaction_id
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
comment on function scout.why_did_it_change(text, date) is
'What happened to the figures of a store''s business day, oldest first: what came in which file, what was corrected, '
'set aside or replayed, described otherwise, decided by whom, and how each figure changed.';
