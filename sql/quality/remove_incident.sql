-- ops.incidents, ops.removed_incidents: a label is taken back, and kept with who, why and when; what it said.
-- reads:  -
-- params: incident_id, by, why
-- rerun:  safe; a label that is gone stays gone
with removed as (
    delete from ops.incidents
    where incident_id = :incident_id
    returning *
)

insert into ops.removed_incidents (
    incident_id, store_id, from_date, to_date, kind, noted_by, note, noted_at, removed_by, removal
)
select
    removed.incident_id,
    removed.store_id,
    removed.from_date,
    removed.to_date,
    removed.kind,
    removed.noted_by,
    removed.note,
    removed.noted_at,
    :by,
    :why
from removed
returning store_id, from_date, to_date, kind;
