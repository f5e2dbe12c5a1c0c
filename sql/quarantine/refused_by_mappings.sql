-- scout.quarantine: open entries that a mapping refused, by source, reason and the version that did.
-- reads:  bronze/quarantine
-- params: -
-- rerun:  safe, read only
select
    source.source_name,
    entry.reason_code,
    entry.rule_version,
    count(*) as entry_count
from scout.quarantine as entry
inner join scout.dim_source as source on entry.source_id = source.source_id
where entry.status = 'open' and entry.reason_code <> 'broken_rule'
group by source.source_name, entry.reason_code, entry.rule_version
order by source.source_name, entry.reason_code, entry.rule_version;
