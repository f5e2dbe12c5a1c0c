-- ops.sweep_findings: what is missing in the month, each once, and a finding of data quality for the first 1,000.
-- reads:  -
-- params: sweep_id, issue_limit
-- rerun:  safe, in the transaction of the month
with noted as (
    insert into ops.sweep_findings as known (
        source_id, transaction_id, sweep_id, store_id, received_date, problem
    )
    select
        missing.source_id,
        missing.transaction_id,
        cast(:sweep_id as bigint),
        missing.store_id,
        missing.received_date,
        missing.problem
    from sweep_missing as missing
    returning known.*
),

first_noted as (
    select noted.*
    from noted
    order by noted.source_id, noted.transaction_id
    limit cast(:issue_limit as bigint)
),

raised as (
    select
        ops.raise_data_quality_issue(
            'scout.bronze_transactions_raw.bronze_is_swept',
            first_noted.received_date,
            first_noted.store_id,
            jsonb_build_object('source_id', first_noted.source_id, 'transaction_id', first_noted.transaction_id),
            'error',
            first_noted.problem,
            'current, superseded, rejected or pending in silver'
        ) as issue_id
    from first_noted
)

select
    (select count(*) from noted) as noted_count,
    (select count(*) from raised) as raised_count;
