-- scout.dim_store: the versions of the touched stores; records that change nothing make no version.
-- reads:  silver/dimension_records
-- params: currency_code
-- rerun:  safe, the stores' versions were removed in the same transaction
with versions as (
    select
        record.code,
        record.valid_from,
        record.attributes,
        lag(record.attributes) over (partition by record.code order by record.valid_from) as previous
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'store'
),

changes as (
    select
        code,
        valid_from,
        attributes
    from versions
    where previous is distinct from attributes
),

periods as (
    select
        changes.*,
        lead(changes.valid_from) over (partition by changes.code order by changes.valid_from) as next_from,
        lead(changes.attributes ->> 'time_zone')
            over (partition by changes.code order by changes.valid_from)
            as next_zone
    from changes
)

insert into scout.dim_store (
    store_id,
    store_code,
    valid_from,
    valid_to,
    valid_from_at,
    valid_to_at,
    is_current,
    is_registered,
    store_name,
    store_type,
    economic_class,
    region, province, city, barangay, latitude, longitude, time_zone, currency_code,
    opens_at, closes_at, opened_on, closed_on, is_active
)
select
    registry.store_id,
    periods.code,
    periods.valid_from,
    coalesce(periods.next_from, '9999-12-31'),
    periods.valid_from::timestamp at time zone (periods.attributes ->> 'time_zone'),
    coalesce(periods.next_from::timestamp at time zone periods.next_zone, '9999-12-31 00:00:00+00'),
    periods.next_from is null,
    false,
    btrim(periods.attributes ->> 'store_name'),
    periods.attributes ->> 'store_type',
    periods.attributes ->> 'economic_class',
    scout.norm_region(periods.attributes ->> 'region'),
    nullif(btrim(periods.attributes ->> 'province'), ''),
    nullif(btrim(periods.attributes ->> 'city'), ''),
    nullif(btrim(periods.attributes ->> 'barangay'), ''),
    scout.parse_coordinate(periods.attributes ->> 'latitude'),
    scout.parse_coordinate(periods.attributes ->> 'longitude'),
    periods.attributes ->> 'time_zone',
    coalesce(periods.attributes ->> 'currency_code', :currency_code),
    (periods.attributes ->> 'opens_at')::time,
    (periods.attributes ->> 'closes_at')::time,
    scout.parse_date(periods.attributes ->> 'opened_on'),
    scout.parse_date(periods.attributes ->> 'closed_on'),
    -- which version is current, and which store is closed, is told by now: see dim_store_begun
    true
from periods
inner join scout.store_registry as registry on periods.code = registry.store_code
order by registry.store_id, periods.valid_from;
