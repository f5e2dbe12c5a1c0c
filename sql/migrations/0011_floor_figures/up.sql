-- The calendar, and figures of what is observed at the counter and around it: requests, demographics, metrics,
-- promotions, experiments.
-- squawk-ignore-file require-concurrent-index-creation

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
