-- scout.mv_customer_segments: its number of rows, and of the customers it was computed from, each in one segment.
-- reads:  serving/mv_customer_segments
-- params: -
-- rerun:  safe, read only
select
    coalesce(sum(customer_count), 0)::bigint as rows_read,
    count(*) as rows_written
from scout.mv_customer_segments;
