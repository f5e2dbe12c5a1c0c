-- The calendar, and figures of what is observed at the counter and around it: requests, demographics, metrics,
-- promotions, experiments.
-- squawk-ignore-file require-concurrent-index-creation

alter table ops.bucket_layers add column follows text not null default 'transactions';
comment on column ops.bucket_layers.follows is
'What marks the buckets of this layer when it changes in silver: transactions, store_metrics, promotions (with their '
'approvals) or experiments.';

create table scout.dim_date (
    date_key date primary key,
    iso_year smallint not null,
    iso_week smallint not null check (iso_week between 1 and 53),
    weekday smallint not null check (weekday between 1 and 7),
    weekday_name text not null,
    is_weekend boolean not null,
    day smallint not null,
    month smallint not null,
    quarter smallint not null,
    year smallint not null,
    holiday_name text,
    is_holiday boolean not null,
    is_holiday_estimated boolean not null,
    is_payday boolean not null,
    retail_year smallint not null,
    retail_month smallint not null check (retail_month between 1 and 12),
    retail_week smallint not null check (retail_week between 1 and 53),
    is_53_week_year boolean not null,
    restated_retail_week smallint check (restated_retail_week between 1 and 52),
    updated_at timestamptz not null default now(),
    constraint dim_date_holiday_is_named check (is_holiday = (holiday_name is not null))
);
comment on table scout.dim_date is
'One row per day from 2009 on: ISO week, holidays of the Philippines, pay days, and the 4-5-4 retail calendar of the '
'US National Retail Federation.';
comment on column scout.dim_date.weekday is '1 is Monday, 7 is Sunday, as in ISO 8601.';
comment on column scout.dim_date.holiday_name is
'Regular holidays and special non-working days, joined by a semicolon where a day has two. Working holidays are none.';
comment on column scout.dim_date.is_holiday_estimated is
'The day is reckoned from the moon and was not proclaimed yet when the calendar was made.';
comment on column scout.dim_date.is_payday is
'The 15th and the last day of the month; when that is a Saturday or Sunday, the Friday before.';
comment on column scout.dim_date.retail_year is
'Ends on the Saturday nearest to 31 January; named by the year in which it begins.';
comment on column scout.dim_date.retail_month is
'1 is the month that begins with the year (February); months have 4, 5 and 4 weeks. Week 53 belongs to month 12.';
comment on column scout.dim_date.retail_week is 'From 1, Sunday to Saturday.';
comment on column scout.dim_date.restated_retail_week is
'The week to compare with the same week of the next year: of a 53-week year, week 2 is 1 and week 1 has none.';
create index dim_date_by_retail_week on scout.dim_date (retail_year, retail_week);

create table scout.gold_request_behavior (
    region text not null,
    date_key date not null,
    request_mode text not null,
    request_type text not null,
    transaction_count bigint not null,
    suggestions_offered bigint not null,
    suggestions_accepted bigint not null,
    duration_seconds_total numeric not null,
    duration_count bigint not null,
    avg_duration_seconds numeric,
    refreshed_at timestamptz not null default now(),
    primary key (region, date_key, request_mode, request_type)
);
comment on table scout.gold_request_behavior is
'One row per region, business day, mode and type of request, over all stores; sales of sources that observe the '
'counter. Without a region they stand under "Unspecified", without a mode or type under "unknown".';
comment on column scout.gold_request_behavior.suggestions_offered is
'Sales in which the storekeeper suggested something; a sale that does not say counts as none.';
comment on column scout.gold_request_behavior.suggestions_accepted is
'Offered and accepted, as in gold_suggestion_funnel. A record that accepts what it does not say was offered counts in '
'neither.';
comment on column scout.gold_request_behavior.duration_count is
'Sales whose time at the counter is known: duration_seconds_total and avg_duration_seconds are about these.';
comment on column scout.gold_request_behavior.avg_duration_seconds is
'duration_seconds_total / duration_count at this grain, to four decimals; null when no duration is known.';
create index gold_request_behavior_by_day on scout.gold_request_behavior (date_key);

create table scout.gold_demographics (
    region text not null,
    week_start date not null,
    gender text not null,
    age_bracket text not null,
    economic_class text not null,
    transaction_count bigint not null,
    unique_customers bigint not null,
    net_revenue numeric not null,
    units numeric not null,
    refreshed_at timestamptz not null default now(),
    primary key (region, week_start, gender, age_bracket, economic_class),
    constraint gold_demographics_week_is_iso check (extract(isodow from week_start) = 1)
);
comment on table scout.gold_demographics is
'One row per region, week and group of customers as observed at the counter, over all stores. What was not observed '
'stands under "unknown"; a sale of which nothing was observed (gender, age and class all null: its source lacks the '
'fields, or the device saw nobody) is left out, so the sums are those of observed sales only.';
comment on column scout.gold_demographics.week_start is 'The Monday of the ISO week, by business day.';
comment on column scout.gold_demographics.unique_customers is
'Customers known by a pseudonym, counted at this grain; never to be summed.';
create index gold_demographics_by_week on scout.gold_demographics (week_start);

create table scout.gold_latest_store_metrics (
    store_id integer not null,
    metric_name text not null,
    metric_value numeric not null,
    metric_source text not null,
    date_key date not null,
    measured_at timestamptz not null,
    refreshed_at timestamptz not null default now(),
    primary key (store_id, metric_name)
);
comment on table scout.gold_latest_store_metrics is
'One row per store and metric: the value of its latest business day, from the source that scout.metric_priority() '
'ranks first; of several from one source the last one measured, and of those the first by measurement_id.';
comment on column scout.gold_latest_store_metrics.date_key is 'The business day of the store on which it was measured.';

create table scout.gold_promotion_summary (
    created_on date not null,
    status text not null,
    promotion_count bigint not null,
    valued_count bigint not null,
    total_value numeric not null,
    avg_value numeric,
    open_count bigint not null,
    closed_count bigint not null,
    timed_count bigint not null,
    closed_hours_total numeric not null,
    avg_closed_hours numeric,
    refreshed_at timestamptz not null default now(),
    primary key (created_on, status)
);
comment on table scout.gold_promotion_summary is
'One row per day of creation and status, over all stores. Nothing here depends on the present: the age of what is open '
'is reckoned when it is read.';
comment on column scout.gold_promotion_summary.created_on is
'Day of created_at in Asia/Manila, where promotions are made; a promotion may hold in every store, so no store''s own '
'time zone decides.';
comment on column scout.gold_promotion_summary.valued_count is
'Promotions with a value: total_value and avg_value are about these.';
comment on column scout.gold_promotion_summary.closed_count is
'Approved, rejected or closed, by status or by time stamp; the others are open.';
comment on column scout.gold_promotion_summary.timed_count is
'Closed promotions of which it is known when they were decided: the hours are about these.';
comment on column scout.gold_promotion_summary.avg_closed_hours is
'closed_hours_total / timed_count at this grain, to four decimals; null when no closed promotion is timed.';

create table scout.gold_experiment_results (
    store_id integer not null,
    experiment text not null,
    event_count bigint not null,
    measured_count bigint not null,
    avg_target numeric,
    avg_actual numeric,
    lift_pct numeric,
    refreshed_at timestamptz not null default now(),
    primary key (store_id, experiment)
);
comment on table scout.gold_experiment_results is
'One row per experiment and store.';
comment on column scout.gold_experiment_results.measured_count is
'Events whose result is known; averages and lift are about these alone, and null when there is none.';
comment on column scout.gold_experiment_results.lift_pct is
'(avg_actual / avg_target - 1) * 100 before rounding, to four decimals; null when the target is 0.';
create index gold_experiment_results_by_experiment on scout.gold_experiment_results (experiment);

insert into ops.bucket_layers (layer, follows) values
('gold/request_behavior', 'transactions'),
('gold/demographics', 'transactions'),
('gold/latest_store_metrics', 'store_metrics'),
('gold/promotion_summary', 'promotions'),
('gold/experiment_results', 'experiments');

-- what is in silver already is to be shown as well
with touched_days as (
    select
        store_id,
        date_key,
        'transactions' as follows
    from scout.silver_transaction_keys
    union
    select
        store_id,
        max(date_key) as date_key,
        'store_metrics' as follows
    from scout.silver_store_metrics
    group by store_id, metric_name
    union
    select
        store_id,
        (created_at at time zone 'Asia/Manila')::date as date_key,
        'promotions' as follows
    from scout.silver_promotions
    union
    select
        store_id,
        (max(occurred_at) at time zone 'Asia/Manila')::date as date_key,
        'experiments' as follows
    from scout.silver_experiment_events
    group by store_id
)

insert into ops.dirty_buckets (store_id, date_key, layer, cause)
select
    touched_days.store_id,
    touched_days.date_key,
    bucket_layer.layer,
    'migrated' as cause
from touched_days
inner join ops.bucket_layers as bucket_layer on touched_days.follows = bucket_layer.follows
where
    bucket_layer.layer in (
        'gold/request_behavior', 'gold/demographics', 'gold/latest_store_metrics', 'gold/promotion_summary',
        'gold/experiment_results'
    );

create view scout.v_device_sequence_gaps as
with superseded as (
    select
        record.payload ->> 'device_id' as device_id,
        record.payload ->> 'sequence' as device_sequence
    from scout.bronze_transaction_versions as version
    inner join scout.silver_transaction_keys as known
        on
            version.source_id = known.source_id
            and version.transaction_id = known.transaction_id
            and version.content_hash <> known.content_hash
    inner join scout.bronze_transactions_raw as record
        on
            version.store_id = record.store_id
            and version.batch_id = record.batch_id
            and version.source_id = record.source_id
            and version.transaction_id = record.transaction_id
),

stated as (
    select
        device_id,
        device_sequence
    from superseded
    union
    select
        payload ->> 'device_id' as device_id,
        payload ->> 'sequence' as device_sequence
    from scout.quarantine
    where payload is not null
),

received as (
    select
        device_id,
        device_sequence
    from scout.silver_transactions_cleaned
    where device_id is not null and device_sequence is not null
    union
    select
        btrim(device_id) as device_id,
        btrim(device_sequence)::bigint as device_sequence
    from stated
    where btrim(device_id) <> '' and btrim(device_sequence) ~ '^[0-9]{1,15}$'
),

following as (
    select
        device_id,
        device_sequence,
        lead(device_sequence) over (partition by device_id order by device_sequence) as next_sequence
    from received
)

select
    following.device_id,
    gap.missing_sequence
from following
cross join
    lateral generate_series(
        following.device_sequence + 1, least(following.next_sequence - 1, following.device_sequence + 10000)
    ) as gap (missing_sequence)
where following.next_sequence > following.device_sequence + 1;
comment on view scout.v_device_sequence_gaps is
'Every number between two numbers of a device under which no record came, neither a sale nor a voided, superseded '
'or rejected one. Of a gap wider than 10,000 the first 10,000 are listed: a device that counts anew lost none of them. '
'Records beyond the watermark of silver are not seen yet.';

create view scout.v_sale_warnings as
select
    sale.source_id,
    sale.transaction_id,
    sale.store_id,
    sale.date_key,
    'basket_size_mismatch' as warning,
    sale.stated_basket_size || ' lines stated, ' || sale.line_count || ' sent' as detail
from scout.silver_transactions_cleaned as sale
where sale.deleted_at is null and sale.stated_basket_size <> sale.line_count
union all
select
    sale.source_id,
    sale.transaction_id,
    sale.store_id,
    sale.date_key,
    'value_mismatch' as warning,
    trim_scale(sale.stated_value) || ' stated, ' || trim_scale(sale.peso_value) || ' by its lines' as detail
from scout.silver_transactions_cleaned as sale
-- a device states the value in the currency of its source
inner join scout.dim_source as source on sale.source_id = source.source_id
where sale.deleted_at is null and sale.stated_value * source.currency_rate <> sale.peso_value
union all
select
    sale.source_id,
    sale.transaction_id,
    sale.store_id,
    sale.date_key,
    'unmapped_value' as warning,
    (
        select string_agg(unmapped.column_name, ', ' order by unmapped.column_name)
        from jsonb_object_keys(sale.unmapped) as unmapped (column_name)
    ) as detail
from scout.silver_transactions_cleaned as sale
where sale.deleted_at is null and sale.unmapped is not null
union all
select
    substitution.source_id,
    substitution.transaction_id,
    substitution.store_id,
    substitution.date_key,
    'incomplete_substitution' as warning,
    case
        when substitution.from_sku is null and substitution.to_sku is null then 'neither product is named'
        when substitution.from_sku is null then 'what was asked for is not named'
        else 'what was taken is not named'
    end as detail
from scout.silver_substitutions as substitution
where not substitution.is_complete;
comment on view scout.v_sale_warnings is
'What is odd about a sale and no reason to refuse it, one row each: basket_size_mismatch, value_mismatch, '
'unmapped_value (detail lists the columns) and incomplete_substitution. Voided sales have no warnings.';
