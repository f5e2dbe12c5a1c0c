-- 0052_room_for_recency: a row when the pages of customers are filled to the brim.
select relation.oid::regclass as missing
from pg_class as relation
where
    relation.oid = 'scout.gold_customer_insights'::regclass
    and not coalesce('fillfactor=50' = any(relation.reloptions), false);
