-- promise: observed sales and suggestions of each store and business day are those of silver, exactly.
-- reads:  silver/request_behaviors, gold/suggestion_funnel
-- params: -
-- rerun:  safe, read only
with together as (
    select
        store_id,
        date_key,
        1 as observed,
        case when suggestion_offered then 1 else 0 end as offered,
        case when suggestion_offered and suggestion_accepted then 1 else 0 end as accepted
    from scout.silver_request_behaviors
    union all
    -- taken away again: what is equal leaves nothing
    select
        store_id,
        date_key,
        -transactions_observed,
        -suggestions_accepted - suggestions_rejected,
        -suggestions_accepted
    from scout.gold_suggestion_funnel
),

different as (
    select
        store_id,
        date_key,
        sum(observed) as observed_missing,
        sum(offered) as offered_missing,
        sum(accepted) as accepted_missing
    from together
    group by store_id, date_key
    having
        sum(observed) <> 0
        or sum(offered) <> 0
        or sum(accepted) <> 0
),

broken as (
    select different.*
    from different
    where
        -- what is archived is compared by archived_months_are_shown
        different.date_key >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                mark.store_id = different.store_id
                and mark.date_key = different.date_key
                and mark.layer = 'gold/suggestion_funnel'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
