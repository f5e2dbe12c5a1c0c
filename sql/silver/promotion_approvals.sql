-- scout.silver_promotion_approvals: the touched approvals, as they stand today.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
insert into scout.silver_promotion_approvals (
    approval_id, promotion_id, status, started_at, finished_at
)
select
    record.code,
    record.attributes ->> 'promotion',
    record.attributes ->> 'status',
    scout.parse_timestamp(record.attributes ->> 'started_at', 'UTC'),
    scout.parse_timestamp(record.attributes ->> 'finished_at', 'UTC')
from records_in_force as record
where record.kind = 'approval'
order by record.code;
