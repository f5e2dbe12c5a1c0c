drop materialized view scout.mv_customer_segments;
drop table ops.input_versions;
drop table ops.mv_refresh_status;
