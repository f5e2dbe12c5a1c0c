-- found_findings: days with a number of sales far from the days like it at the store, as the rule
-- gold/daily_aggregates.transaction_count_is_usual says it.
-- reads:  gold/daily_aggregates
-- params: -
-- rerun:  safe, in the transaction of the audit
with days as (
    select distinct audited_days.date_key
    from audited_days
    where
        not exists (
            select 1
            from ops.incidents as incident
            where incident.store_id is null and audited_days.date_key between incident.from_date and incident.to_date
        )
),

judged as (
    select
        days.date_key,
        outlier.entity::integer as store_id,
        outlier.figure,
        outlier.expected,
        outlier.score
    from days
    cross join lateral ops.quality_outliers('scout.gold_daily_aggregates', days.date_key) as outlier
    where outlier.is_outlier and outlier.rule_id = 'scout.gold_daily_aggregates.transaction_count_is_usual'
)

insert into found_findings (store_id, date_key, finding, stage, severity, failing, observed, expected)
select
    judged.store_id,
    judged.date_key,
    'volume_unusual',
    'audit',
    'warning',
    1,
    format('%s sales (score %s)', trim_scale(judged.figure), judged.score),
    format('about %s sales', trim_scale(round(judged.expected, 1)))
from judged
inner join audited_days on judged.store_id = audited_days.store_id and judged.date_key = audited_days.date_key;
