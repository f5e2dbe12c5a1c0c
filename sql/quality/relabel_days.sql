-- ops.relabelled_days: days whose labels change, and later ones with a finding that may come from learning from them.
-- reads:  -
-- params: store_id, first_date, last_date
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a check that takes it would miss this change
insert into ops.relabelled_days (date_key)
select labelled.date_key::date
from
    generate_series(
        cast(:first_date as date),
        -- nobody looked at days to come; it is tomorrow already in some time zone
        least(cast(:last_date as date), current_date + 1),
        interval '1 day'
    ) as labelled (date_key)
union
select issue.metric_date
from ops.data_quality_issues as issue
inner join ops.data_quality_rules as rule on issue.rule_id = rule.rule_id
where
    rule.dimension in ('distribution', 'volume')
    and issue.status <> 'resolved'
    and issue.metric_date > cast(:last_date as date)
    -- as far as holidays and pay days look back
    and issue.metric_date <= cast(:last_date as date) + 400
    -- one of the two is of all stores, or both are of one
    and coalesce(issue.store_id = cast(:store_id as integer), true)
order by 1
on conflict (date_key) do update
    set changed_xid = excluded.changed_xid, changed_at = excluded.changed_at;
