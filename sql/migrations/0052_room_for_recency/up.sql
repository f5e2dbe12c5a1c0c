-- 0052_room_for_recency: the recency of every customer is written each day, and no index tells it. With as much room in
-- a page as its rows take, their new versions stay beside them: a quarter of the time, and nothing in the index. Pages
-- that are full today get that room as their rows are written and vacuumed.
alter table scout.gold_customer_insights set (fillfactor = 50);
