-- scout.mv_customer_segments: was it ever filled?
-- reads:  -
-- params: -
-- rerun:  safe, read only
select relation.relispopulated
from pg_class as relation
where relation.oid = 'scout.mv_customer_segments'::regclass;
