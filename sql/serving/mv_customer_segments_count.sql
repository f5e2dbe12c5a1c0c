-- scout.mv_customer_segments: its number of rows.
-- reads:  serving/mv_customer_segments
-- params: -
-- rerun:  safe, read only
select count(*) from scout.mv_customer_segments;
