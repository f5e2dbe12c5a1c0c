-- silver partitions of what stands beside a sale: the months that the window's transactions need.
-- reads:  -
-- params: -
-- rerun:  safe, existing partitions are left as they are
with needed as (
    select distinct date_trunc('month', date_key)::date as first_day
    from window_transactions
)

select
    ops.ensure_month_partition('scout.silver_substitutions', first_day),
    ops.ensure_month_partition('scout.silver_request_behaviors', first_day),
    ops.ensure_month_partition('scout.silver_transcripts', first_day),
    ops.ensure_month_partition('scout.silver_brand_mentions', first_day)
from needed
order by first_day;
