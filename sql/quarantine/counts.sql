-- scout.quarantine: how many entries of a selection, by one of their properties.
-- reads:  bronze/quarantine
-- params: selection, property
-- rerun:  safe, read only
with named as (
    select
        case cast(:property as text)
            when 'reason' then entry.reason_code
            when 'source' then source.source_name
            when 'store' then store.store_code
            when 'day' then to_char(entry.quarantined_at, 'YYYY-MM-DD')
            when 'layer' then entry.layer
            when 'rule' then entry.rule_id || ' version ' || entry.rule_version
            when 'status' then entry.status
        end as name,
        entry.quarantined_at,
        entry.attempts,
        entry.waits_for
    from scout.quarantine as entry
    inner join scout.dim_source as source on entry.source_id = source.source_id
    left join scout.store_registry as store on entry.store_id = store.store_id
    where scout.quarantine_matches(entry, cast(:selection as jsonb))
)

select
    named.name,
    count(*) as entry_count,
    count(named.waits_for) as waiting_count,
    min(named.quarantined_at) as oldest_at,
    max(named.quarantined_at) as newest_at,
    max(named.attempts) as attempts
from named
group by named.name
order by count(*) desc, named.name asc;
