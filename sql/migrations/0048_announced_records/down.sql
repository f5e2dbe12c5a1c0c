-- 0048_announced_records, undone.
drop index scout.dimension_records_announced;
alter table scout.dimension_records drop column is_announced;
