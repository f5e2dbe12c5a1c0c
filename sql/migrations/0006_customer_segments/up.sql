-- Serving: the first materialized view and the record of its refreshes.

create table ops.mv_refresh_status (
    view_name text primary key,
    input_version xid8,
    refreshed_at timestamptz,
    row_count bigint,
    duration_ms bigint
);
comment on table ops.mv_refresh_status is
'When each materialized view was refreshed last and from which version of its inputs; equal versions are skipped.';

create table ops.input_versions (
    input_name text primary key,
    version_xid xid8 not null default pg_current_xact_id(),
    changed_at timestamptz not null default now()
);
comment on table ops.input_versions is
'The last transaction that changed a table on which a materialized view stands.';

create materialized view scout.mv_customer_segments as
select
    segment,
    count(*) as customer_count,
    sum(monetary) as monetary,
    round(avg(monetary), 4) as avg_monetary,
    round(avg(frequency), 4) as avg_frequency,
    round(avg(recency_days), 4) as avg_recency_days
from scout.gold_customer_insights
group by segment;
comment on materialized view scout.mv_customer_segments is
'One row per segment of gold_customer_insights.';
-- squawk-ignore require-concurrent-index-creation
create unique index mv_customer_segments_grain on scout.mv_customer_segments (segment);
