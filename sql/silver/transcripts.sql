-- scout.silver_transcripts: what was said in the sales of the window, turn by turn, with numbers and addresses masked.
-- The text of the whole sale is taken where no turn says anything.
-- reads:  silver/transactions_cleaned
-- params: speakers
-- rerun:  safe, rows of older versions were removed in the same transaction
with vocabulary as (
    select cast(:speakers as jsonb) as speakers
),

spoken as (
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
                when
                    jsonb_typeof(sale.payload -> 'transcript') = 'array'
                    and jsonb_path_exists(
                        sale.payload,
                        '$.transcript[*].text ? (@.type() != "null" && (@.type() != "string" || @ like_regex "\\S"))'
                    )
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
    spoken.store_id,
    spoken.date_key,
    spoken.source_id,
    spoken.transaction_id,
    spoken.turn_number,
    scout.parse_measure(btrim(spoken.content ->> 't_seconds')) as t_seconds,
    coalesce(vocabulary.speakers ->> lower(btrim(spoken.content ->> 'speaker')), 'unknown') as speaker,
    scout.mask_free_text(spoken.content ->> 'text') as turn_text
from spoken
cross join vocabulary
where nullif(btrim(spoken.content ->> 'text'), '') is not null
order by spoken.store_id, spoken.date_key, spoken.source_id, spoken.transaction_id, spoken.turn_number;
