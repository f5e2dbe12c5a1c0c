-- scout.place_aliases: how the touched provinces, cities and barangays are spelled; names, codes and declared aliases.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, aliases of the touched places were removed in the same transaction
with spelled as (
    select
        record.kind as place_level,
        record.code,
        spelling.place
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    cross join
        lateral (
            select record.code as place
            union all
            select record.attributes ->> 'place_name'
            union all
            select alias.place
            from jsonb_array_elements_text(
                case
                    when jsonb_typeof(record.attributes -> 'aliases') = 'array' then record.attributes -> 'aliases'
                    else '[]'
                end
            ) as alias (place)
        ) as spelling
    where record.kind in ('province', 'city', 'barangay')
)

insert into scout.place_aliases (place_level, alias_key, code)
select distinct
    place_level,
    scout.place_key(place),
    code
from spelled
where scout.place_key(place) <> '' and length(place) <= 500
order by place_level, scout.place_key(place), code;
