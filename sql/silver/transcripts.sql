-- scout.silver_transcripts: what was said in the sales of the window, turn by turn, with numbers and addresses masked.
-- reads:  silver/transactions_cleaned
-- params: -
-- rerun:  safe, rows of older versions were removed in the same transaction
with spoken as (
    select
        sale.store_id,
        sale.date_key,
        sale.source_id,
        sale.transaction_id,
        turn.turn_number,
        turn.content
    from window_contracts as sale
    cross join
        lateral jsonb_array_elements(
            case
                when jsonb_path_exists(sale.payload, 'strict $.transcript[*]', silent => true)
                    then sale.payload -> 'transcript'
                when nullif(btrim(sale.payload ->> 'transcription_text'), '') is not null
                    then jsonb_build_array(jsonb_build_object('text', sale.payload -> 'transcription_text'))
                else '[]'::jsonb
            end
        ) with ordinality as turn (content, turn_number)
)

insert into scout.silver_transcripts (
    store_id, date_key, source_id, transaction_id, turn_number, t_seconds, speaker, turn_text
)
select
    store_id,
    date_key,
    source_id,
    transaction_id,
    turn_number,
    scout.parse_decimal(content ->> 't_seconds') as t_seconds,
    case when content ->> 'speaker' in ('cust', 'owner', 'clerk') then content ->> 'speaker' else 'unknown' end
        as speaker,
    scout.mask_free_text(content ->> 'text') as turn_text
from spoken
where nullif(btrim(content ->> 'text'), '') is not null
order by store_id, date_key, source_id, transaction_id, turn_number;
