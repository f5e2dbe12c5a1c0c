-- ops.store_day_findings: what the audited days do not have any more is gone.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the audit
delete from ops.store_day_findings as known
using audited_days
where
    known.store_id = audited_days.store_id
    and known.date_key = audited_days.date_key
    and not exists (
        select 1
        from found_findings as found
        where
            found.store_id = known.store_id
            and found.date_key = known.date_key
            and found.finding = known.finding
    );
