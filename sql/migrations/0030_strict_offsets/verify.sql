-- 0030_strict_offsets: each SELECT returns what is missing.
select
    'function is of an earlier version' as problem,
    'scout.parse_timestamp(text, text)' as object
where scout.parse_timestamp('2024-03-05 10:003:00+08:00', 'UTC') is not null;
