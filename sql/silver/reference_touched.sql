-- reference_touched: the dimension members that the window describes, and from which day on; a registered store, too.
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
group by record.kind, record.code
union all
select
    'store',
    registered.store_code,
    '0001-01-01'
from registered_stores as registered
where
    not exists (
        select 1
        from reference_window as record
        where record.kind = 'store' and record.code = registered.store_code
    );
