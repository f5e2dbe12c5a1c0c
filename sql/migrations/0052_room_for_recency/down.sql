-- 0052_room_for_recency: full pages.
alter table scout.gold_customer_insights reset (fillfactor);
