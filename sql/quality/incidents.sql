-- ops.incidents: the labels of days, the latest day first.
-- reads:  -
-- params: -
-- rerun:  reads only
select
    incident.incident_id,
    incident.kind,
    store.store_code,
    incident.from_date,
    incident.to_date,
    incident.noted_by,
    incident.noted_at,
    incident.note
from ops.incidents as incident
left join scout.store_registry as store on incident.store_id = store.store_id
order by incident.to_date desc, incident.incident_id desc;
