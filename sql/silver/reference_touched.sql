-- reference_touched: the dimension members that the window describes, and from which day on.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table reference_touched on commit drop as
select
    record.kind,
    record.code,
    min(record.valid_from) as valid_from
from reference_window as record
where
    not exists (
        select 1
        from window_rejected as rejected
        where rejected.store_id = record.store_id and rejected.ingest_id = record.ingest_id
    )
group by record.kind, record.code;
