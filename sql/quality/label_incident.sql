-- ops.incidents: labels days of one store, or (no code) of all, as out of the ordinary.
-- reads:  -
-- params: store_code, first_date, last_date, kind, noted_by, note
-- rerun:  adds the label again, which changes nothing for the rules
insert into ops.incidents (store_id, from_date, to_date, kind, noted_by, note)
select
    registered.store_id,
    asked.first_date,
    asked.last_date,
    asked.kind,
    asked.noted_by,
    asked.note
from (
    select
        cast(:store_code as text) as store_code,
        cast(:first_date as date) as first_date,
        cast(:last_date as date) as last_date,
        cast(:kind as text) as kind,
        cast(:noted_by as text) as noted_by,
        cast(:note as text) as note
) as asked
left join scout.store_registry as registered on asked.store_code = registered.store_code
where asked.store_code is null or registered.store_id is not null
returning incident_id, store_id, from_date, to_date;
