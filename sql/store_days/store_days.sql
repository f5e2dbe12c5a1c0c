-- ops.store_days: days by what is asked for, the latest first, with the findings that each has.
-- reads:  -
-- params: store_code, state, first_day, last_day, with_errors, row_limit
-- rerun:  reads only
with chosen as (
    select
        store_day.*,
        registry.store_code
    from ops.store_days as store_day
    inner join scout.store_registry as registry on store_day.store_id = registry.store_id
    where
        registry.store_code = coalesce(upper(btrim(cast(:store_code as text))), registry.store_code)
        and store_day.state = coalesce(cast(:state as text), store_day.state)
        and store_day.date_key >= coalesce(cast(:first_day as date), store_day.date_key)
        and store_day.date_key <= coalesce(cast(:last_day as date), store_day.date_key)
        and (not cast(:with_errors as boolean) or store_day.error_count > 0)
    order by store_day.date_key desc, registry.store_code asc
    limit cast(:row_limit as bigint)
)

select
    chosen.store_code,
    chosen.date_key,
    chosen.state,
    chosen.is_changed,
    chosen.is_due,
    chosen.changed_at,
    chosen.changed_by,
    chosen.batch_id,
    chosen.sale_count,
    chosen.error_count,
    chosen.overridden_count,
    chosen.warning_count,
    chosen.audited_at,
    chosen.closed_at,
    chosen.closed_by,
    chosen.closed_transaction_count,
    chosen.closed_line_count,
    chosen.closed_units,
    chosen.closed_gross_sales,
    chosen.closed_returns_value,
    chosen.closed_adjustments_value,
    chosen.closed_net_revenue,
    chosen.closed_unique_customers,
    chosen.closed_avg_transaction_value,
    coalesce(
        (
            select array_agg(finding.finding order by finding.finding)
            from ops.store_day_findings as finding
            where finding.store_id = chosen.store_id and finding.date_key = chosen.date_key
        ),
        '{}'
    ) as findings
from chosen
order by chosen.date_key desc, chosen.store_code asc;
