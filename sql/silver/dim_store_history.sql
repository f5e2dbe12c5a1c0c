-- scout.dim_store: the versions of the touched stores; records that change nothing make no version.
-- reads:  silver/dimension_records
-- params: currency_code, words
-- rerun:  safe, the stores' versions were removed in the same transaction
with versions as (
    select
        record.code,
        record.valid_from,
        record.attributes,
        record.source_id,
        lag(record.attributes) over (partition by record.code order by record.valid_from) as previous
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'store'
),

changes as (
    select
        code,
        valid_from,
        attributes,
        source_id
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
),

-- a source whose mapping cannot be read says our own words
vocabularies as (
    select
        periods.*,
        coalesce(
            cast(:words as jsonb) -> periods.source_id::text, cast(:words as jsonb) -> 'own'
        ) as words
    from periods
),

described as (
    select
        vocabularies.*,
        vocabularies.words -> 'store_type' ->> lower(btrim(vocabularies.attributes ->> 'store_type')) as store_type,
        vocabularies.words -> 'economic_class' ->> lower(btrim(vocabularies.attributes ->> 'economic_class'))
            as economic_class
    from vocabularies
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
    opens_at, closes_at, opened_on, closed_on, is_active, unmapped
)
select
    registry.store_id,
    described.code,
    described.valid_from,
    coalesce(described.next_from, '9999-12-31'),
    described.valid_from::timestamp at time zone (described.attributes ->> 'time_zone'),
    coalesce(described.next_from::timestamp at time zone described.next_zone, '9999-12-31 00:00:00+00'),
    described.next_from is null,
    false,
    btrim(described.attributes ->> 'store_name'),
    described.store_type,
    described.economic_class,
    scout.norm_region(described.attributes ->> 'region'),
    nullif(btrim(described.attributes ->> 'province'), ''),
    nullif(btrim(described.attributes ->> 'city'), ''),
    nullif(btrim(described.attributes ->> 'barangay'), ''),
    scout.parse_coordinate(described.attributes ->> 'latitude'),
    scout.parse_coordinate(described.attributes ->> 'longitude'),
    described.attributes ->> 'time_zone',
    coalesce(described.attributes ->> 'currency_code', :currency_code),
    (described.attributes ->> 'opens_at')::time,
    (described.attributes ->> 'closes_at')::time,
    scout.parse_date(described.attributes ->> 'opened_on'),
    scout.parse_date(described.attributes ->> 'closed_on'),
    -- which version is current, and which store is closed, is told by now: see dim_store_begun
    true,
    nullif(
        jsonb_strip_nulls(
            jsonb_build_object(
                'store_type',
                case
                    when described.store_type is null
                        then nullif(btrim(described.attributes ->> 'store_type'), '')
                end,
                'economic_class',
                case
                    when described.economic_class is null
                        then nullif(btrim(described.attributes ->> 'economic_class'), '')
                end
            )
        ),
        '{}'
    )
from described
inner join scout.store_registry as registry on described.code = registry.store_code
order by registry.store_id, described.valid_from;
