-- reference_window: the reference records of the window, those that waited for a store that it brings or that landing
-- registered, and those that are replayed.
-- reads:  bronze/transactions_raw, bronze/quarantine
-- params: source_id, last_xid, last_id, upto_xid, upto_id
-- rerun:  safe, the table is dropped with the transaction
create temporary table reference_window on commit drop as
with received as (
    select record.*
    from scout.bronze_transactions_raw as record
    where
        record.source_id = cast(:source_id as smallint)
        and scout.xid_number(record.ingest_xid)
        between scout.xid_number(cast(:last_xid as xid8)) and scout.xid_number(cast(:upto_xid as xid8))
        and (record.ingest_xid, record.ingest_id) > (cast(:last_xid as xid8), cast(:last_id as bigint))
        and (record.ingest_xid, record.ingest_id) <= (cast(:upto_xid as xid8), cast(:upto_id as bigint))
),

brought as (
    select distinct 'store/' || upper(btrim(received.payload ->> 'code')) as member
    from received
    where received.payload ->> 'kind' = 'store'
    union
    select 'store/' || registered.store_code
    from registered_stores as registered
),

waiting as (
    select record.*
    from scout.quarantine as aside
    inner join scout.bronze_transactions_raw as record
        on aside.store_id = record.store_id and aside.ingest_id = record.ingest_id
    where
        aside.layer = 'silver'
        and aside.status = 'open'
        -- of any source of reference records; sales that wait are recalled apart
        and aside.source_id in (
            select source.source_id from scout.dim_source as source
            where source.grain = 'reference'
        )
        and aside.waits_for in (select brought.member from brought)
),

replayed as (
    select record.*
    from recalled_references as recalled
    inner join scout.bronze_transactions_raw as record
        on recalled.store_id = record.store_id and recalled.ingest_id = record.ingest_id
),

together as (
    select * from received
    union
    select * from waiting
    union
    select * from replayed
)

select
    store_id,
    source_id,
    ingest_xid,
    ingest_id,
    batch_id,
    line_number,
    received_at,
    transaction_id as record_id,
    payload ->> 'kind' as kind,
    case
        when payload ->> 'kind' in ('store', 'product') then upper(nullif(btrim(payload ->> 'code'), ''))
        else nullif(btrim(payload ->> 'code'), '')
    end as code,
    scout.parse_date(btrim(payload ->> 'valid_from')) as valid_from,
    case when jsonb_typeof(payload -> 'attributes') = 'object' then payload -> 'attributes' end as attributes,
    upper(nullif(btrim(payload #>> '{attributes,store_id}'), '')) as store_code,
    concat_ws('/', btrim(payload ->> 'kind'), btrim(payload ->> 'code'), btrim(payload ->> 'valid_from')) as expected_id
from together;
