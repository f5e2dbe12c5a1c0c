-- landing_versions: the versions of transactions in each landing file with the hash of their lines, keyed so that it
-- tells nothing. A record that is a whole transaction is a version by itself; lines of one transaction are one version.
-- reads:  -
-- params: is_by_record
-- rerun:  safe, the table is dropped with the transaction
create temporary table landing_versions on commit drop as
select
    batch_id,
    transaction_id,
    (array_agg(store_code order by ordinal))[1] as store_code,
    sha256(
        convert_to(
            current_setting('scout.pseudonym_inner') || string_agg(content, e'\x1d' order by ordinal), 'UTF8'
        )
    ) as content_hash,
    count(*) as line_count,
    min(ordinal) as first_ordinal,
    min(ingest_id) as first_id,
    max(ingest_id) as last_id
from landing_lines
where transaction_id is not null
group by batch_id, transaction_id, case when cast(:is_by_record as boolean) then ordinal end;
