-- calendar_days: the whole calendar as computed, to compare with what stands.
-- reads:  silver/dim_date
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table calendar_days (like scout.dim_date) on commit drop;
alter table calendar_days drop column updated_at;
