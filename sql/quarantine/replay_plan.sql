-- scout.quarantine: open entries of a selection by source and kind, as a replay takes them, and who refused them.
-- reads:  bronze/quarantine
-- params: selection
-- rerun:  safe, read only
select
    entry.source_id,
    source.source_name,
    source.grain,
    entry.layer,
    entry.layer = 'bronze' and entry.line_number is null as is_file,
    entry.rule_version,
    entry.reason_code = 'broken_rule' as is_by_rule,
    case when entry.reason_code = 'broken_rule' then scout.rule_version_in_force(entry.rule_id) end as version_in_force,
    count(*) as entry_count
from scout.quarantine as entry
inner join scout.dim_source as source on entry.source_id = source.source_id
where entry.status = 'open' and scout.quarantine_matches(entry, cast(:selection as jsonb))
group by
    entry.source_id, source.source_name, source.grain, entry.layer, is_file, entry.rule_version, is_by_rule,
    version_in_force
-- files bring lines, lines bring records, and references bring what sales wait for
order by
    entry.layer asc, is_file desc, source.grain = 'reference' desc, entry.source_id asc, entry.rule_version asc;
