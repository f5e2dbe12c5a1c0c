-- 0020_quarantine_replay: a way back from quarantine: who refused a record by which version, attempts, and lineage.
-- The tables are small: their keys change under a short lock.
-- squawk-ignore-file adding-not-nullable-field, require-concurrent-index-creation, adding-field-with-default
-- squawk-ignore-file constraint-missing-not-valid

alter table scout.bronze_ingestion_batches
add column replay_of bigint,
add column file_path text,
add column layout jsonb,
add column lines_pruned bigint not null default 0;
comment on column scout.bronze_ingestion_batches.replay_of is
'The batch whose quarantined lines, or whose refused file, were taken again as this one; null for a file that came.';
comment on column scout.bronze_ingestion_batches.file_path is 'Where the file lay when it was taken.';
comment on column scout.bronze_ingestion_batches.layout is
'How the quarantined lines of this batch are read again: header (column names), transcoded (kept as UTF-8 whatever '
'the mapping says) and customer_id (the field whose values are pseudonyms).';
comment on column scout.bronze_ingestion_batches.lines_pruned is
'Of lines_quarantined those whose closed entries were removed by retention.';
create index bronze_ingestion_batches_replays
on scout.bronze_ingestion_batches (replay_of) where replay_of is not null;

create table scout.bronze_repeated_versions (
    store_id integer not null,
    batch_id bigint not null,
    source_id smallint not null,
    transaction_id text not null,
    content_hash bytea not null,
    primary key (store_id, batch_id, transaction_id)
);
comment on table scout.bronze_repeated_versions is
'Versions that came again in a file some of whose lines are in quarantine: a line that is replayed belongs to them.';

alter table scout.quarantine
add column rule_id text,
add column rule_version text,
add column attempts integer not null default 0,
add column last_attempt_at timestamptz,
add column resolved_at timestamptz,
add column resolved_by text,
add column resolution text,
add column replay_batch_id bigint,
add column history jsonb not null default '[]';
comment on column scout.quarantine.rule_id is
'Who refused it: mapping/SOURCE, or the data quality rule that set it aside.';
comment on column scout.quarantine.rule_version is
'Of a mapping the first digits of its fingerprint, of a rule its version: unchanged, it would refuse again.';
comment on column scout.quarantine.attempts is 'How often it was replayed.';
comment on column scout.quarantine.replay_batch_id is
'The batch of the ledger as which a line or file entered; its bronze rows keep the position in the first file.';
comment on column scout.quarantine.history is
'What happened to the entry, oldest first: at, what, by, and why or what it was refused for.';

update scout.quarantine as entry
set
    rule_id = 'mapping/' || source.source_name,
    rule_version = left(encode(batch.mapping_sha256, 'hex'), 12),
    resolved_at = case when entry.status <> 'open' then now() end
from scout.dim_source as source, scout.bronze_ingestion_batches as batch
where entry.source_id = source.source_id and entry.batch_id = batch.batch_id;
update scout.quarantine
set rule_id = 'mapping', rule_version = ''
where rule_id is null;
update scout.quarantine as entry
set transaction_id = record.transaction_id
from scout.bronze_transactions_raw as record
where
    entry.layer = 'silver'
    and entry.transaction_id is null
    and entry.store_id = record.store_id
    and entry.ingest_id = record.ingest_id;

alter table scout.quarantine
alter column rule_id set not null,
alter column rule_version set not null,
add column is_held boolean not null generated always as (
    layer = 'silver' and (status = 'discarded' or (status = 'open' and reason_code = 'broken_rule'))
) stored;
comment on column scout.quarantine.is_held is
'A person or a rule decided that this record of bronze stays out, whatever silver says of it, until it is replayed.';
create index quarantine_by_id on scout.quarantine (quarantine_id);
create index quarantine_held on scout.quarantine (store_id, ingest_id) where is_held;
create index quarantine_of_transaction on scout.quarantine (source_id, transaction_id) where transaction_id is not null;

create function scout.quarantine_matches(entry scout.quarantine, selection jsonb) returns boolean
language sql stable
as $$
    select
        entry.status = coalesce(selection ->> 'status', entry.status)
        and entry.layer = coalesce(selection ->> 'layer', entry.layer)
        and entry.reason_code = coalesce(selection ->> 'reason', entry.reason_code)
        and entry.source_id = coalesce((selection ->> 'source_id')::smallint, entry.source_id)
        and entry.store_id = coalesce((selection ->> 'store_id')::integer, entry.store_id)
        and entry.quarantined_at >= coalesce((selection ->> 'first_day')::date, entry.quarantined_at)
        and entry.quarantined_at < coalesce((selection ->> 'end_day')::date, 'infinity')
        and (selection -> 'ids' is null or selection -> 'ids' @> to_jsonb(entry.quarantine_id))
$$;
comment on function scout.quarantine_matches(scout.quarantine, jsonb) is
'Does an entry belong to a selection: status, layer, reason, source_id, store_id, first_day, end_day (excluded), ids.';

create function scout.rule_version_in_force(p_rule_id text) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select rule.version::text
        from ops.data_quality_rules as rule
        where rule.rule_id = p_rule_id and rule.is_active and rule.action = 'quarantine'
    );
end
$$;
comment on function scout.rule_version_in_force(text) is
'The version of a rule that sets records aside today; null when it is retired or only reports.';
