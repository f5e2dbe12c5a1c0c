-- scout.quarantine: open entries whose store or product is described by now, and which nothing has taken since.
-- What waits enters by itself with the window of the description; an entry here is one that was missed.
-- reads:  bronze/quarantine
-- params: row_limit
-- rerun:  safe, read only
select
    entry.quarantine_id,
    entry.waits_for,
    max(record.version_xid)::text as described_by
from scout.quarantine as entry
inner join scout.dimension_records as record
    on entry.waits_for = record.kind || '/' || record.code
where
    entry.status = 'open'
    and entry.layer = 'silver'
    -- what is archived stays on the list until its month is restored
    and not exists (
        select 1
        from ops.recalled_transactions as recalled
        where not ops.is_sale_archived(recalled.source_id, recalled.transaction_id)
    )
group by entry.store_id, entry.quarantine_id, entry.waits_for
order by entry.quarantine_id
limit :row_limit;
