-- scout.gold_suggestion_funnel: one row per store and business day of the buckets on which the counter was observed.
-- reads:  silver/request_behaviors
-- params: first_day, last_day
-- rerun:  safe, the buckets' rows were removed in the same transaction
with steps as (
    select
        behavior.store_id,
        behavior.date_key,
        coalesce(behavior.suggestion_offered, false) as is_offered,
        coalesce(behavior.suggestion_offered and behavior.suggestion_accepted, false) as is_accepted
    from scout.silver_request_behaviors as behavior
    inner join buckets on behavior.store_id = buckets.store_id and behavior.date_key = buckets.date_key
    where
        behavior.date_key >= cast(:first_day as date)
        and behavior.date_key <= cast(:last_day as date)
),

written as (
    insert into scout.gold_suggestion_funnel (
        store_id, date_key,
        transactions_observed, suggestions_offered, suggestions_accepted, suggestions_rejected, acceptance_pct
    )
    select
        store_id,
        date_key,
        count(*) as transactions_observed,
        count(*) filter (where is_offered) as suggestions_offered,
        count(*) filter (where is_accepted) as suggestions_accepted,
        count(*) filter (where is_offered and not is_accepted) as suggestions_rejected,
        round(
            100.0 * count(*) filter (where is_accepted) / nullif(count(*) filter (where is_offered), 0), 4
        ) as acceptance_pct
    from steps
    group by store_id, date_key
    returning transactions_observed
)

select
    coalesce(sum(transactions_observed), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
