-- promise: what is received finds its month for a month to come; months have no hole, no odd bound, no DEFAULT and
-- nothing half detached.
-- reads:  -
-- params: -
-- rerun:  safe, read only
with tables as (
    select
        relation,
        min(key_type) as key_type,
        max(upper_at) as ends_at,
        bool_or(not is_whole_month) as has_odd_bound,
        bool_or(is_detach_pending) as is_detaching
    from ops.partitions
    group by relation
),

followed as (
    select
        relation,
        month,
        lead(month) over (partition by relation order by month) as next_month
    from ops.partitions
    where upper_at > now()
),

broken as (
    select
        tables.relation,
        'ends at ' || tables.ends_at as problem
    from tables
    -- business days of the past make their own months; what is received now must find one
    where
        tables.key_type <> 'date'
        and tables.ends_at < date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' + interval '2 months'
    union all
    select
        followed.relation,
        'nothing between ' || followed.month || ' and ' || followed.next_month
    from followed
    where followed.next_month > (followed.month + interval '1 month')::date
    union all
    select
        tables.relation,
        'a partition is no whole month'
    from tables
    where tables.has_odd_bound
    union all
    select
        tables.relation,
        'a detach was interrupted'
    from tables
    where tables.is_detaching
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
