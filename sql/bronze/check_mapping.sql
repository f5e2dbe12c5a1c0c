-- mapping: what of it only the database can judge; its regular expressions and time zones are used here, not in Python.
-- reads:  -
-- params: patterns, time_zones
-- rerun:  safe, read only
select
    (
        select count(*)
        from unnest(cast(:patterns as text[])) as declared (pattern)
        where '' ~ declared.pattern
    ) as patterns_read,
    (
        select count(now() at time zone declared.zone)
        from unnest(cast(:time_zones as text[])) as declared (zone)
    ) as time_zones_read;
