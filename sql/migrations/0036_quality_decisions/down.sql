-- 0036_quality_decisions, undone.
drop function ops.failing_sales(text, date, jsonb, bigint);
