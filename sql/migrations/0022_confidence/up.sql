-- Confidence of every figure of a store and day, and the sweep that looks for bronze records which silver lost.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03
-- The table of layers has some forty rows.
-- squawk-ignore-file ban-drop-constraint, adding-serial-primary-key-field, constraint-missing-not-valid

-- a table may be kept by the marks of sales and of a feed
alter table ops.bucket_layers drop constraint bucket_layers_pkey;
alter table ops.bucket_layers add constraint bucket_layers_pkey primary key (layer, follows);

create function scout.is_critical_metric(metric_name text) returns boolean
language sql immutable parallel safe
return coalesce(metric_name in ('net_revenue', 'transaction_count'), false);
comment on function scout.is_critical_metric(text) is
'Metrics that people decide by: confidence below 30 is an error.';

create function scout.is_daily_metric(metric_name text) returns boolean
language sql immutable parallel safe
return coalesce(metric_name in ('net_revenue', 'transaction_count', 'line_count'), false);
comment on function scout.is_daily_metric(text) is
'Metrics that are summed from sales, and expected every day; those of the feed are expected as often as they use to '
'come.';

create function scout.source_points(metric_source text) returns smallint
language sql immutable parallel safe
return case metric_source
    when 'sales' then 40 when 'pos' then 40 when 'mobile' then 30 when 'vision' then 20 when 'manual' then 10
    else 0
end::smallint;
comment on function scout.source_points(text) is
'0 to 40, in the order of scout.metric_priority(); what is summed from sales is as good as what a till says.';

create function scout.agreement_pct(figure numeric, other numeric) returns numeric
language sql immutable parallel safe
return case
    when figure is null or other is null then null
    when figure = other then 100
    else round(100 * greatest(0, 1 - abs(figure - other) / greatest(abs(figure), abs(other))), 4)
end;
comment on function scout.agreement_pct(numeric, numeric) is
'100 for equal figures, less by their difference in per cent of the larger one, 0 at least; null when one is missing.';

create function scout.confidence_band(confidence integer) returns text
language sql immutable parallel safe
return case
    when confidence >= 80 then 'excellent'
    when confidence >= 60 then 'good'
    when confidence >= 40 then 'fair'
    else 'poor'
end;
comment on function scout.confidence_band(integer) is 'excellent from 80, good from 60, fair from 40, else poor.';

create table scout.gold_confidence (
    store_id integer not null,
    date_key date not null,
    metric_name text not null,
    is_critical boolean not null,
    metric_value numeric not null,
    metric_source text not null,
    source_points smallint not null,
    newest_hour smallint not null,
    freshness_points smallint not null,
    days_seen smallint not null,
    usual_gap_days numeric,
    frequency_points smallint not null,
    agreement_pct numeric,
    cross_validation_points smallint not null,
    confidence integer not null,
    confidence_band text not null,
    refreshed_at timestamptz not null default now(),
    primary key (store_id, date_key, metric_name)
);
comment on table scout.gold_confidence is
'One row per store, business day and metric that has a value on that day: how far the value can be trusted, 0 to 100. '
'A function of the data and the day alone; how old a figure is now, the views say that show it.';
comment on column scout.gold_confidence.metric_source is
'sales: summed from the sales of the day; else the source of the feed whose value is shown.';
comment on column scout.gold_confidence.source_points is '0 to 40, scout.source_points().';
comment on column scout.gold_confidence.newest_hour is
'Hour of the day, at the store, of the newest input: 0 to 23.';
comment on column scout.gold_confidence.freshness_points is
'0 to 20: 20 when the newest input lies in the last five hours of the day, one less for each hour before.';
comment on column scout.gold_confidence.days_seen is
'Days with a value among the 28 days that end with this one.';
comment on column scout.gold_confidence.usual_gap_days is
'Days from one value to the next that are expected: 1 for what sales say, else the median in these 28 days; null '
'when the feed has said it once only.';
comment on column scout.gold_confidence.frequency_points is
'0 to 20: days_seen of the 28 / usual_gap_days that are expected.';
comment on column scout.gold_confidence.agreement_pct is
'How far a second source says the same; null when there is none. The least of several.';
comment on column scout.gold_confidence.cross_validation_points is '0 to 20: a fifth of agreement_pct; 0 without it.';
create index gold_confidence_by_day on scout.gold_confidence (date_key, confidence);

insert into ops.bucket_layers (layer, follows) values
('gold/confidence', 'transactions'),
('gold/confidence', 'store_metrics');

-- what is in silver already is to be shown as well
insert into ops.dirty_buckets (store_id, date_key, layer, cause)
select
    touched.store_id,
    touched.date_key,
    'gold/confidence' as layer,
    'migrated' as cause
from (
    select
        store_id,
        date_key
    from scout.silver_transaction_keys
    union
    select
        store_id,
        date_key
    from scout.silver_store_metrics
) as touched;

create view scout.v_daily_aggregates_with_confidence as
select
    figure.store_id,
    figure.date_key,
    figure.transaction_count,
    figure.line_count,
    figure.units,
    figure.gross_sales,
    figure.returns_value,
    figure.adjustments_value,
    figure.net_revenue,
    figure.unique_customers,
    figure.avg_transaction_value,
    of_revenue.confidence as net_revenue_confidence,
    of_revenue.confidence_band as net_revenue_band,
    of_count.confidence as transaction_count_confidence,
    of_count.confidence_band as transaction_count_band,
    of_lines.confidence as line_count_confidence,
    of_lines.confidence_band as line_count_band
from scout.gold_daily_aggregates as figure
left join scout.gold_confidence as of_revenue
    on
        figure.store_id = of_revenue.store_id
        and figure.date_key = of_revenue.date_key
        and of_revenue.metric_name = 'net_revenue'
left join scout.gold_confidence as of_count
    on
        figure.store_id = of_count.store_id
        and figure.date_key = of_count.date_key
        and of_count.metric_name = 'transaction_count'
left join scout.gold_confidence as of_lines
    on
        figure.store_id = of_lines.store_id
        and figure.date_key = of_lines.date_key
        and of_lines.metric_name = 'line_count';
comment on view scout.v_daily_aggregates_with_confidence is
'gold_daily_aggregates, beside each figure how far it can be trusted.';

create view scout.v_store_metrics_with_confidence as
select
    latest.store_id,
    latest.metric_name,
    latest.metric_value,
    latest.metric_source,
    latest.date_key,
    latest.measured_at,
    -- against the newest day that is shown, not the clock: a shop that is closed on Sunday is not older on Monday
    (select max(shown.date_key) from scout.gold_confidence as shown) - latest.date_key as days_old,
    trusted.confidence,
    trusted.confidence_band,
    trusted.source_points,
    trusted.freshness_points,
    trusted.frequency_points,
    trusted.cross_validation_points,
    trusted.agreement_pct
from scout.gold_latest_store_metrics as latest
left join scout.gold_confidence as trusted
    on
        latest.store_id = trusted.store_id
        and latest.date_key = trusted.date_key
        and latest.metric_name = trusted.metric_name;
comment on view scout.v_store_metrics_with_confidence is
'gold_latest_store_metrics, beside each value how far it could be trusted on its day, and how many days old it is.';

create view ops.v_quality_bands as
select
    date_key,
    metric_name,
    is_critical,
    count(*) as figure_count,
    count(*) filter (where confidence_band = 'excellent') as excellent_count,
    count(*) filter (where confidence_band = 'good') as good_count,
    count(*) filter (where confidence_band = 'fair') as fair_count,
    count(*) filter (where confidence_band = 'poor') as poor_count,
    round(avg(confidence), 4) as avg_confidence,
    round(100.0 * count(*) filter (where confidence_band <> 'poor') / count(*), 4) as not_poor_pct
from scout.gold_confidence
group by date_key, metric_name, is_critical;
comment on view ops.v_quality_bands is
'How many stores'' figures of a day and metric lie in each band of confidence.';

create table ops.reconciliation_sweeps (
    sweep_id bigint generated always as identity primary key,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    months_swept integer not null default 0,
    records_swept bigint not null default 0,
    missing bigint not null default 0,
    rescued bigint not null default 0
);
comment on table ops.reconciliation_sweeps is
'Every comparison of all of bronze with silver. finished_at stays null when the process was killed.';
comment on column ops.reconciliation_sweeps.missing is
'Sales and reference records that were neither current, superseded, rejected nor pending: each is a defect.';
comment on column ops.reconciliation_sweeps.rescued is
'Of those that it or a sweep before it had found, how many silver had at its end. More than 0 is an alert.';

create table ops.sweep_findings (
    source_id smallint not null,
    transaction_id text not null,
    sweep_id bigint not null,
    store_id integer not null,
    received_date date not null,
    problem text not null,
    found_at timestamptz not null default clock_timestamp(),
    rescued_at timestamptz,
    primary key (source_id, transaction_id, sweep_id)
);
comment on table ops.sweep_findings is
'What a sweep found missing; rescued_at is when a sweep saw it in silver, or rejected, again.';
create index sweep_findings_waiting on ops.sweep_findings (sweep_id) where rescued_at is null;
