-- 0021_store_days, undone.
drop function scout.why_did_it_change(text, date);
drop function ops.month_is_closed(date);
drop function ops.store_day_state(boolean, boolean, bigint, bigint);
alter table ops.restatements
drop column batch_id,
drop column was_closed;
drop table ops.store_day_events;
drop view ops.v_store_day_standing;
drop table ops.store_day_overrides;
drop table ops.store_day_findings;
drop table ops.store_days;
