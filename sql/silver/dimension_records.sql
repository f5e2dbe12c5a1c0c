-- scout.dimension_records: the latest version of each reference record of the window.
-- reads:  -
-- params: time_zone
-- rerun:  safe, upsert on (kind, code, valid_from); an older version never replaces a newer one
insert into scout.dimension_records as known (
    kind, code, valid_from, record_id, source_id, attributes, version_xid, version_id, batch_id, is_announced
)
select distinct on (record.kind, record.code, record.valid_from)
    record.kind,
    record.code,
    record.valid_from,
    record.record_id,
    record.source_id,
    record.attributes,
    record.ingest_xid,
    record.ingest_id,
    record.batch_id,
    record.valid_from > (now() at time zone cast(:time_zone as text))::date
from reference_window as record
where
    not exists (
        select 1
        from window_rejected as rejected
        where rejected.store_id = record.store_id and rejected.ingest_id = record.ingest_id
    )
order by
    record.kind asc,
    record.code asc,
    record.valid_from asc,
    record.ingest_xid desc,
    record.ingest_id desc
on conflict (kind, code, valid_from) do update
    set
        record_id = excluded.record_id,
        source_id = excluded.source_id,
        attributes = excluded.attributes,
        version_xid = excluded.version_xid,
        version_id = excluded.version_id,
        batch_id = excluded.batch_id,
        is_announced = excluded.is_announced
    where (excluded.version_xid, excluded.version_id) > (known.version_xid, known.version_id);
