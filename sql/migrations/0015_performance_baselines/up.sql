-- The history of benchmark results.
-- The table is new: nobody waits for its index.
-- squawk-ignore-file require-concurrent-index-creation

create table ops.performance_baselines (
    baseline_id bigint generated always as identity primary key,
    benchmark text not null,
    metric text not null,
    collected_at timestamptz not null,
    value numeric not null,
    unit text not null,
    goal numeric,
    is_met boolean generated always as (value <= goal) stored,
    revision text,
    facts jsonb not null default '{}',
    recorded_at timestamptz not null default now()
);
comment on table ops.performance_baselines is
'One row per metric of each run of a benchmark; written by `scout baselines record`.';
comment on column ops.performance_baselines.goal is
'The highest value that still meets it; null where nothing was promised.';
comment on column ops.performance_baselines.revision is 'The version of the code that was measured, as git names it.';
comment on column ops.performance_baselines.facts is
'Under what it was measured: processors, memory, version of PostgreSQL, rows.';
create unique index idx_performance_baseline_lookup
on ops.performance_baselines (benchmark, metric, collected_at desc);
