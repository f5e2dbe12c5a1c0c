-- landing_lines: claimed lines that were read before, but not identified; a customer who is a pseudonym stays one.
-- reads:  bronze/quarantine, bronze/ingestion_batches
-- params: transaction_id_path, transaction_id_others, store_code_path, customer_id_path, customer_id_field,
--         customer_id_form
-- rerun:  safe, the table is dropped with the transaction
create temporary table landing_lines on commit drop as
with named as (
    select
        entry.batch_id,
        entry.line_number,
        entry.payload as document,
        coalesce(
            nullif(btrim(entry.payload #>> cast(:transaction_id_path as text[])), ''),
            -- asked for only when the own name says nothing
            (
                select nullif(btrim(entry.payload ->> other.name), '')
                from unnest(cast(:transaction_id_others as text[])) with ordinality as other (name, place)
                where btrim(entry.payload ->> other.name) <> ''
                order by other.place
                limit 1
            )
        ) as transaction_id,
        upper(nullif(btrim(entry.payload #>> cast(:store_code_path as text[])), '')) as store_code,
        coalesce(batch.layout ->> 'customer_id', '') = coalesce(cast(:customer_id_field as text), '') as is_pseudonym,
        nullif(
            case
                when :customer_id_form = 'integer'
                    then scout.integer_form(entry.payload #>> cast(:customer_id_path as text[]))
                else btrim(entry.payload #>> cast(:customer_id_path as text[]))
            end, ''
        ) as customer_id
    from replayed_entries as claimed
    inner join scout.quarantine as entry
        on claimed.store_id = entry.store_id and claimed.quarantine_id = entry.quarantine_id
    inner join scout.bronze_ingestion_batches as batch on entry.batch_id = batch.batch_id
    where entry.raw_bytes is null and entry.payload is not null and batch.layout is not null
    offset 0
)

select
    batch_id,
    line_number,
    case
        when length(transaction_id) <= 200 and coalesce(length(store_code), 0) <= 100 then transaction_id
    end as transaction_id,
    case when length(store_code) <= 100 then store_code end as store_code,
    case
        when transaction_id is null then 'missing_transaction_id'
        when length(transaction_id) > 200 or length(store_code) > 100 then 'text_too_long'
    end as reason_code,
    document::text as content,
    case
        when is_pseudonym or document #>> cast(:customer_id_path as text[]) is null then document
        else jsonb_set(
            document,
            cast(:customer_id_path as text[]),
            coalesce(to_jsonb(scout.customer_pseudonym(customer_id)::text), 'null')
        )
    end as payload
from named;
