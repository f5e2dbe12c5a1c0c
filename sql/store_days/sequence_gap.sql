-- found_findings: numbers of a device under which no record came, before a sale of the day; neither a sale of any day,
-- nor a voided, superseded or refused one. The day is that of the next number. A device that counts anew lost nothing.
-- reads:  silver/transactions_cleaned, bronze/transactions_raw, bronze/ingestion_batches, bronze/quarantine
-- params: gap_limit, days_around, error_share
-- rerun:  safe, in the transaction of the audit
with numbers as (
    select distinct
        store_id,
        date_key,
        device_id,
        device_sequence
    from day_sales
    where device_id is not null and device_sequence is not null
),

in_day as (
    select
        numbers.*,
        lag(numbers.device_sequence) over (
            partition by numbers.store_id, numbers.date_key, numbers.device_id order by numbers.device_sequence
        ) as earlier_number
    from numbers
),

-- one probe of an index for each number that does not follow another one of its day
breaks as (
    select
        in_day.store_id,
        in_day.date_key,
        in_day.device_id,
        in_day.device_sequence,
        (
            select max(sale.device_sequence)
            from scout.silver_transactions_cleaned as sale
            where sale.device_id = in_day.device_id and sale.device_sequence < in_day.device_sequence
        ) as last_number
    from in_day
    where in_day.earlier_number is distinct from in_day.device_sequence - 1
),

gaps as materialized (
    select breaks.*
    from breaks
    where breaks.device_sequence - breaks.last_number between 2 and cast(:gap_limit as bigint) + 1
),

superseded as (
    select distinct
        btrim(record.payload ->> 'device_id') as device_id,
        btrim(record.payload ->> 'sequence') as device_sequence
    from (
        select
            gaps.store_id,
            min(gaps.date_key) - cast(:days_around as integer) as first_day,
            max(gaps.date_key) + cast(:days_around as integer) as last_day
        from gaps
        group by gaps.store_id
    ) as near
    inner join scout.silver_transaction_keys as known
        on near.store_id = known.store_id and known.date_key between near.first_day and near.last_day
    inner join scout.bronze_transaction_versions as version
        on
            known.source_id = version.source_id
            and known.transaction_id = version.transaction_id
            and known.content_hash <> version.content_hash
    inner join scout.bronze_ingestion_batches as batch on version.batch_id = batch.batch_id
    cross join
        lateral (
            select place.payload
            from scout.bronze_transactions_raw as place
            where
                place.store_id = version.store_id
                and place.ingest_xid = batch.ingest_xid
                and place.ingest_id = version.first_id
                -- both are the beginning of the transaction that loaded them: it names the partition
                and place.received_at = batch.received_at
            -- a fence: the planner takes four equal columns for a rarity, and joins the rest of bronze to find it
            offset 0
        ) as record
),

refused as (
    select distinct
        btrim(entry.payload ->> 'device_id') as device_id,
        btrim(entry.payload ->> 'sequence') as device_sequence
    from scout.quarantine as entry
    where
        entry.payload is not null
        and btrim(entry.payload ->> 'device_id') in (select gaps.device_id from gaps)
),

accounted as (
    select
        stated.device_id,
        stated.device_sequence::bigint as device_sequence
    from (
        select
            device_id,
            device_sequence
        from superseded
        union
        select
            device_id,
            device_sequence
        from refused
    ) as stated
    where stated.device_sequence ~ '^[0-9]{1,15}$'
),

missing as (
    select
        gaps.store_id,
        gaps.date_key,
        gaps.device_id,
        gaps.last_number,
        gaps.device_sequence,
        gaps.device_sequence - gaps.last_number - 1 - count(accounted.device_sequence) as missing_count
    from gaps
    left join accounted
        on
            gaps.device_id = accounted.device_id
            and gaps.last_number < accounted.device_sequence
            and gaps.device_sequence > accounted.device_sequence
    group by gaps.store_id, gaps.date_key, gaps.device_id, gaps.last_number, gaps.device_sequence
),

day_numbers as (
    select
        store_id,
        date_key,
        count(*) as number_count
    from numbers
    group by store_id, date_key
)

insert into found_findings (store_id, date_key, finding, stage, severity, failing, observed, expected, details)
select
    missing.store_id,
    missing.date_key,
    'sequence_gap',
    'audit',
    case
        when
            sum(missing.missing_count)
            > cast(:error_share as numeric) * (sum(missing.missing_count) + min(day_numbers.number_count))
            then 'error'
        else 'warning'
    end,
    sum(missing.missing_count),
    format('%s numbers under which nothing came, %s came', sum(missing.missing_count), min(day_numbers.number_count)),
    'every number of a device came',
    jsonb_build_object(
        'gaps',
        jsonb_agg(
            jsonb_build_object(
                'device_id', missing.device_id, 'after', missing.last_number, 'before', missing.device_sequence,
                'missing', missing.missing_count
            ) order by missing.device_id, missing.device_sequence
        )
    )
from missing
inner join day_numbers on missing.store_id = day_numbers.store_id and missing.date_key = day_numbers.date_key
where missing.missing_count > 0
group by missing.store_id, missing.date_key;
