-- landing_lines: what bronze stores of each landing record of a JSON Lines file; a depth bomb is never parsed.
-- reads:  -
-- params: transaction_id_path, transaction_id_others, store_code_path, customer_id_path, customer_id_form
-- rerun:  safe, the table is dropped with the transaction
create temporary table landing_lines on commit drop as
with crowded as (
    -- so many brackets are a depth bomb, or a long list of flat items: taking out strings and two levels tells
    select
        ordinal,
        regexp_replace(
            regexp_replace(regexp_replace(record, '"([^"\\]|\\.)*"', '', 'g'), '[[{][^][{}]*[]}]', '', 'g'),
            '[[{][^][{}]*[]}]', '', 'g'
        ) as outer_levels
    from landing_records
    -- most records are too short to hold so many, and counting costs more than parsing
    where octet_length(record) > 2000 and length(record) - length(translate(record, '[{', '')) > 2000
),

too_deep as (
    select ordinal
    from crowded
    where length(outer_levels) - length(translate(outer_levels, '[{', '')) > 2000
),

judged as (
    select
        ordinal,
        ingest_id,
        line_number,
        batch_id,
        record as raw_text,
        case
            when coalesce(btrim(record), '') = '' then 'blank_line'
            when ordinal in (select too_deep.ordinal from too_deep) then 'too_deeply_nested'
            -- the common case first: each of these reads the whole record
            when record is json object with unique keys and pg_input_is_valid(record, 'jsonb') then null
            when record is not json then 'malformed_json'
            when record is not json object then 'not_a_json_object'
            when not pg_input_is_valid(record, 'jsonb') then 'unstorable_json'
            else 'duplicate_json_key'
        end as reason_code
    from landing_records
    -- fences, here and below: a record is judged and parsed once, not once for every column that looks into it
    offset 0
),

parsed as (
    select
        ordinal,
        ingest_id,
        line_number,
        batch_id,
        raw_text,
        reason_code,
        case when reason_code is null then raw_text::jsonb end as document
    from judged
    offset 0
),

named as (
    select
        parsed.*,
        coalesce(
            nullif(btrim(parsed.document #>> cast(:transaction_id_path as text[])), ''),
            -- asked for only when the own name says nothing
            (
                select nullif(btrim(parsed.document ->> other.name), '')
                from unnest(cast(:transaction_id_others as text[])) with ordinality as other (name, place)
                where btrim(parsed.document ->> other.name) <> ''
                order by other.place
                limit 1
            )
        ) as transaction_id,
        upper(nullif(btrim(parsed.document #>> cast(:store_code_path as text[])), '')) as store_code,
        nullif(
            case
                when :customer_id_form = 'integer'
                    then scout.integer_form(parsed.document #>> cast(:customer_id_path as text[]))
                else btrim(parsed.document #>> cast(:customer_id_path as text[]))
            end, ''
        ) as customer_id
    from parsed
    offset 0
)

select
    ordinal,
    ingest_id,
    line_number,
    batch_id,
    case
        when length(transaction_id) <= 200 and coalesce(length(store_code), 0) <= 100 then transaction_id
    end as transaction_id,
    case when length(store_code) <= 100 then store_code end as store_code,
    case
        when reason_code is not null then reason_code
        when transaction_id is null then 'missing_transaction_id'
        when length(transaction_id) > 200 or length(store_code) > 100 then 'text_too_long'
    end as reason_code,
    document::text as content,
    case
        when document #>> cast(:customer_id_path as text[]) is null then document
        -- a blank identifier is nobody: silver reads a pseudonym or null
        else jsonb_set(
            document,
            cast(:customer_id_path as text[]),
            coalesce(to_jsonb(scout.customer_pseudonym(customer_id)::text), 'null')
        )
    end as payload,
    raw_text
from named;
