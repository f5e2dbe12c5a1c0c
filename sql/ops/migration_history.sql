-- migration history: the ledger of migrations, made by the migrator before the first one runs.
-- reads:  -
-- params: -
-- rerun:  safe, creates only what is missing
create schema if not exists ops;

create table if not exists ops.migration_history (
    history_id bigint generated always as identity primary key,
    revision text not null,
    slug text not null,
    direction text not null check (direction in ('up', 'down')),
    checksum_up text not null,
    checksum_down text not null,
    checksum_verify text not null,
    started_at timestamptz not null default clock_timestamp(),
    applied_at timestamptz,
    rolled_back_at timestamptz,
    duration_ms bigint check (duration_ms >= 0),
    applied_by text not null,
    server_version text not null
);

create unique index if not exists migration_history_started_key
on ops.migration_history (revision, direction)
where applied_at is null;

create unique index if not exists migration_history_applied_key
on ops.migration_history (revision)
where direction = 'up' and applied_at is not null and rolled_back_at is null;

comment on schema ops is 'Operations: ledgers, queues, watermarks, metrics.';
comment on table ops.migration_history is
'One row for each run of a migration, up or down, with the checksums of its files.';
comment on column ops.migration_history.history_id is 'Surrogate key; no order is read from it.';
comment on column ops.migration_history.revision is 'The four digits of the folder.';
comment on column ops.migration_history.slug is 'The rest of the folder''s name.';
comment on column ops.migration_history.direction is 'up or down.';
comment on column ops.migration_history.checksum_up is 'SHA-256 of up.sql when it ran.';
comment on column ops.migration_history.checksum_down is 'SHA-256 of down.sql when it ran.';
comment on column ops.migration_history.checksum_verify is 'SHA-256 of verify.sql when it ran.';
comment on column ops.migration_history.started_at is 'When the last attempt began.';
comment on column ops.migration_history.applied_at is
'When it was done; null: a file outside a transaction was interrupted, and is to be run again.';
comment on column ops.migration_history.rolled_back_at is 'When a down undid this up.';
comment on column ops.migration_history.duration_ms is 'Milliseconds from start to end.';
comment on column ops.migration_history.applied_by is 'Session user, and the operating system''s user.';
comment on column ops.migration_history.server_version is 'PostgreSQL version that ran it.';
