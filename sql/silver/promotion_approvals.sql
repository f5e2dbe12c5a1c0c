-- scout.silver_promotion_approvals: the touched approvals, as described last.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
with latest as (
    select distinct on (record.code)
        record.code,
        record.attributes
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'approval'
    order by record.code asc, record.valid_from desc
)

insert into scout.silver_promotion_approvals (
    approval_id, promotion_id, status, started_at, finished_at
)
select
    latest.code,
    latest.attributes ->> 'promotion',
    latest.attributes ->> 'status',
    scout.parse_timestamp(latest.attributes ->> 'started_at', 'UTC'),
    scout.parse_timestamp(latest.attributes ->> 'finished_at', 'UTC')
from latest
order by latest.code;
