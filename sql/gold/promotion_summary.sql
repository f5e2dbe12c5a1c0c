-- scout.gold_promotion_summary: promotions of the buckets' days of creation by status, over all stores. A decision is
-- timed by the promotion's approval, else by the last of its approvals when none is pending, else by its end.
-- reads:  silver/promotions, silver/promotion_approvals
-- params: -
-- rerun:  safe, the days' rows were removed in the same transaction
with approvals as (
    select
        promotion_id,
        max(finished_at) filter (where status <> 'pending') as finished_at,
        bool_or(status = 'pending') as is_pending
    from scout.silver_promotion_approvals
    group by promotion_id
),

touched_promotions as (
    select
        (promotion.created_at at time zone 'Asia/Manila')::date as created_on,
        promotion.status,
        promotion.promotion_value,
        promotion.created_at,
        promotion.status in ('approved', 'rejected', 'closed')
        or coalesce(promotion.approved_at, promotion.closed_at) is not null as is_closed,
        coalesce(
            promotion.approved_at,
            case when not approvals.is_pending then approvals.finished_at end,
            promotion.closed_at
        ) as decided_at
    from scout.silver_promotions as promotion
    left join approvals on promotion.promotion_id = approvals.promotion_id
    where (promotion.created_at at time zone 'Asia/Manila')::date in (select buckets.date_key from buckets)
),

timed as (
    select
        touched_promotions.*,
        -- a decision before the beginning is an error of a clock, and no time
        case
            when touched_promotions.is_closed and touched_promotions.decided_at >= touched_promotions.created_at
                then extract(epoch from touched_promotions.decided_at - touched_promotions.created_at) / 3600
        end as closed_hours
    from touched_promotions
),

written as (
    insert into scout.gold_promotion_summary (
        created_on, status, promotion_count, valued_count, total_value, avg_value, open_count, closed_count,
        timed_count, closed_hours_total, avg_closed_hours
    )
    select
        created_on,
        status,
        count(*) as promotion_count,
        count(promotion_value) as valued_count,
        coalesce(sum(promotion_value), 0) as total_value,
        round(avg(promotion_value), 4) as avg_value,
        count(*) filter (where not is_closed) as open_count,
        count(*) filter (where is_closed) as closed_count,
        count(closed_hours) as timed_count,
        round(coalesce(sum(closed_hours), 0), 4) as closed_hours_total,
        round(avg(closed_hours), 4) as avg_closed_hours
    from timed
    group by created_on, status
    returning promotion_count
)

select
    coalesce(sum(promotion_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
