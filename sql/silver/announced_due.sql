-- the dimensions: has time made another version the current one, closed a store, or put in force what was announced?
-- reads:  silver/dim_store, silver/dim_product, silver/dimension_records
-- params: time_zone
-- rerun:  safe, read only
select
    exists (
        select 1
        from scout.dim_store as version
        where
            (not version.is_current and version.valid_from_at <= now() and version.valid_to_at > now())
            or version.is_active is distinct from coalesce(
                version.closed_on > (now() at time zone version.time_zone)::date, true
            )
    )
    or exists (
        select 1
        from scout.dim_product as version
        where
            not version.is_current
            and version.valid_from <= (now() at time zone cast(:time_zone as text))::date
            and version.valid_to > (now() at time zone cast(:time_zone as text))::date
    )
    or exists (
        select 1
        from scout.dimension_records
        where is_announced and valid_from <= (now() at time zone cast(:time_zone as text))::date
    ) as is_due;
