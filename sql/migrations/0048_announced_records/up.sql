-- 0048_announced_records: a record that is valid from a later day on is known as announced until that day has come.

alter table scout.dimension_records add column is_announced boolean not null default false;
comment on column scout.dimension_records.is_announced is
'Was valid from a later day on when it came, and has not been taken into its dimension since that day.';
-- what was announced before, and may have been in force already, is told once more when its day comes
update scout.dimension_records set is_announced = true
where valid_from > current_date;
-- squawk-ignore require-concurrent-index-creation
create index dimension_records_announced on scout.dimension_records (valid_from) where is_announced;
