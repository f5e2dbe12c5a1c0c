-- scout.quarantine: landing records that cannot be identified, with what was read of them.
-- reads:  -
-- params: source_id, rule_id, rule_version, encoding
-- rerun:  safe, in the transaction that claims the file
with first_of_batch as (
    select
        batch_id,
        min(ordinal) as first_ordinal
    from landing_records
    group by batch_id
)

insert into scout.quarantine (
    layer, source_id, batch_id, line_number, reason_code, detail, raw_bytes, payload, rule_id, rule_version
)
select
    'bronze',
    cast(:source_id as smallint),
    line.batch_id,
    coalesce(line.line_number, line.ordinal - first_of_batch.first_ordinal + 1),
    line.reason_code,
    'the record cannot be taken: ' || replace(line.reason_code, '_', ' '),
    -- the bytes as they came
    case when line.payload is null then convert_to(coalesce(line.raw_text, ''), cast(:encoding as name)) end,
    line.payload,
    :rule_id,
    :rule_version
from landing_lines as line
inner join first_of_batch on line.batch_id = first_of_batch.batch_id
where line.transaction_id is null;
