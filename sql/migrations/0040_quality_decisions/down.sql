-- 0040_quality_decisions, undone.
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

drop function ops.issue_matches(ops.data_quality_issues, jsonb);
update ops.data_quality_issues
set resolved_by = acknowledged_by, resolution = acknowledgement
where status = 'acknowledged';
alter table ops.data_quality_issues
drop column acknowledged_at,
drop column acknowledged_by,
drop column acknowledgement;
comment on column ops.store_days.is_changed is 'Silver changed since the last audit.';
drop view ops.v_relabelled_checks;
drop table ops.relabelled_days, ops.removed_incidents;
drop function ops.failing_sales(text, integer, date, jsonb, bigint);
