-- landing_versions: the transactions of each landing file with the hash of their lines, keyed so that it tells nothing.
-- reads:  -
-- params: -
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
    count(*) as line_count
from landing_lines
where transaction_id is not null
group by batch_id, transaction_id;
