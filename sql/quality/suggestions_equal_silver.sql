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

broken as (
    select
        together.store_id,
        together.date_key,
        sum(together.observed) as observed_missing,
        sum(together.offered) as offered_missing,
        sum(together.accepted) as accepted_missing
    from together
    where
        not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                mark.store_id = together.store_id
                and mark.date_key = together.date_key
                and mark.layer = 'gold/suggestion_funnel'
        )
    group by together.store_id, together.date_key
    having
        sum(together.observed) <> 0
        or sum(together.offered) <> 0
        or sum(together.accepted) <> 0
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
