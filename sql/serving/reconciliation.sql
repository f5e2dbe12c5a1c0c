-- reconciliation: every line from file to gold, in figures that must agree: what silver and the archive hold, and gold.
-- reads:  bronze/ingestion_batches, silver/transactions_cleaned, gold/daily_aggregates
-- params: -
-- rerun:  safe, read only
with files as (
    select
        count(*) as file_count,
        coalesce(sum(lines_read), 0)::bigint as lines_read,
        coalesce(sum(lines_loaded), 0)::bigint as lines_loaded,
        coalesce(sum(lines_duplicate), 0)::bigint as lines_duplicate,
        coalesce(sum(lines_quarantined), 0)::bigint as lines_quarantined
    from scout.bronze_ingestion_batches as batch
    -- lines that were replayed are those of a file that is counted already; a refused file had none
    where
        not exists (
            select 1
            from scout.bronze_ingestion_batches as origin
            where batch.replay_of = origin.batch_id and origin.status <> 'refused'
        )
),

silver as (
    select
        count(*) as transaction_count,
        coalesce(sum(line_count), 0)::bigint as line_count,
        coalesce(sum(peso_value), 0) as net_value
    from scout.silver_transactions_cleaned
    -- a voided sale keeps its header and counts in no figure
    where deleted_at is null and date_key >= (select ops.silver_kept_from())
),

-- lines are counted when they are written to the archive; its headers hold voided sales too, and count no transactions
archived as (
    select
        count(*) as month_count,
        case
            when coalesce(bool_and(lines.is_written is not false), true) then coalesce(sum(lines.line_count), 0)::bigint
        end as line_count,
        coalesce(sum(month.sales_value), 0) as net_value
    from ops.archived_months as month
    left join lateral (
        select
            bool_and(part.row_count is not null) as is_written,
            sum(part.row_count) as line_count
        from ops.archived_partitions as part
        where
            part.layer = month.layer
            and part.month = month.month
            and part.relation = 'scout.silver_transaction_items'
    ) as lines on true
    where month.layer = 'silver'
),

gold as (
    select
        count(distinct date_key) as day_count,
        coalesce(sum(transaction_count), 0)::bigint as transaction_count,
        coalesce(sum(line_count), 0)::bigint as line_count,
        coalesce(sum(net_revenue), 0) as net_revenue
    from scout.gold_daily_aggregates
)

select
    files.file_count,
    files.lines_read,
    files.lines_loaded,
    files.lines_duplicate,
    files.lines_quarantined,
    silver.transaction_count as silver_transactions,
    silver.line_count as silver_lines,
    silver.net_value as silver_value,
    archived.month_count as archived_months,
    archived.line_count as archived_lines,
    archived.net_value as archived_value,
    gold.day_count as gold_days,
    gold.transaction_count as gold_transactions,
    gold.line_count as gold_lines,
    gold.net_revenue as gold_value,
    (select count(*) from scout.gold_customer_insights) as customer_count
from files
cross join silver
cross join archived
cross join gold;
