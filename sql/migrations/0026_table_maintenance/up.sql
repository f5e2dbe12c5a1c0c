-- What maintenance of tables did, and settings of autovacuum for tables that are emptied and filled all day.
-- The partitions get settings of their own by `scout maintenance run`, as their months pass.

create table ops.maintenance_log (
    maintenance_id bigint generated always as identity primary key,
    run_id uuid not null,
    table_name text not null,
    action text not null,
    reason text not null,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    seconds numeric generated always as (extract(epoch from finished_at - started_at)) stored,
    outcome text not null default 'running',
    state_before jsonb not null default '{}',
    state_after jsonb not null default '{}',
    detail text,
    constraint maintenance_log_action check (
        action in ('drop_index', 'settings', 'analyze', 'analyze_parent', 'vacuum', 'freeze', 'reindex')
    ),
    constraint maintenance_log_outcome check (outcome in ('running', 'done', 'skipped', 'failed', 'interrupted'))
);
comment on table ops.maintenance_log is
'One row per step of each run of maintenance, written before the step and completed after it.';
comment on column ops.maintenance_log.table_name is 'The table or index that the step is about, with its schema.';
comment on column ops.maintenance_log.outcome is
'skipped: it would have waited too long for a lock, or was out of time; interrupted: the run was killed meanwhile.';
comment on column ops.maintenance_log.state_before is
'What the decision was made by: bytes, rows, dead, inserted and changed rows, or the definition of a dropped index.';
create index maintenance_log_by_table on ops.maintenance_log (table_name, action, started_at desc);

alter table ops.dirty_buckets set (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 5000
);
alter table ops.dirty_customers set (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 5000
);
