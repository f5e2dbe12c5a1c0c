-- promise: promotions, their value, and the hours until they were decided are those of silver, by day and status.
-- reads:  silver/promotions, silver/promotion_approvals, gold/promotion_summary
-- params: -
-- rerun:  safe, read only
with listed as (
    select
        promotion.status,
        timezone('Asia/Manila', promotion.created_at)::date as created_on,
        promotion.promotion_value,
        promotion.approved_at is null
        and promotion.closed_at is null
        and promotion.status in ('draft', 'open') as is_open,
        coalesce(
            promotion.approved_at,
            (
                select max(approval.finished_at)
                from scout.silver_promotion_approvals as approval
                where approval.promotion_id = promotion.promotion_id
                having not bool_or(approval.status = 'pending')
            ),
            promotion.closed_at
        ) - promotion.created_at as taken
    from scout.silver_promotions as promotion
),

summed as (
    select
        created_on,
        status,
        count(*) as promotion_count,
        sum(is_open::integer) as open_count,
        coalesce(sum(promotion_value), 0) as total_value,
        coalesce(extract(epoch from sum(taken) filter (where not is_open and taken >= interval '0')), 0) as seconds
    from listed
    group by created_on, status
),

broken as (
    select
        coalesce(summed.created_on, shown.created_on) as created_on,
        coalesce(summed.status, shown.status) as status,
        summed.promotion_count as silver_value,
        shown.promotion_count as gold_value
    from summed
    full join scout.gold_promotion_summary as shown
        on summed.created_on = shown.created_on and summed.status = shown.status
    where
        (summed.promotion_count, summed.open_count, summed.total_value)
        is distinct from (shown.promotion_count, shown.open_count, shown.total_value)
        or shown.open_count + shown.closed_count <> shown.promotion_count
        -- hours are rounded to four decimals
        or abs(summed.seconds - shown.closed_hours_total * 3600) > 1
),

at_rest as (
    select * from broken
    where
        not exists (
            select 1
            from ops.dirty_buckets as mark
            where mark.date_key = broken.created_on and mark.layer = 'gold/promotion_summary'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from at_rest limit 5) as example), '[]') as sample
from at_rest;
