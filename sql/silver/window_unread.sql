-- window_unread: what sales of the transaction contract, and items of any sale, say and silver cannot read, as texts by
-- column; a row for each sale that says such. Of the sale itself `window_attributes` has the like.
-- reads:  -
-- params: reasons, speakers, times_of_day, reads_items
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_unread on commit drop as
with vocabulary as (
    select
        cast(:reasons as jsonb) as reasons,
        cast(:speakers as jsonb) as speakers,
        cast(:times_of_day as jsonb) as times_of_day
),

said as (
    select
        sale.transaction_id,
        btrim(sale.payload ->> 'suggestion_offered') as suggestion_offered,
        btrim(sale.payload ->> 'suggestion_accepted') as suggestion_accepted,
        btrim(sale.payload ->> 'duration_seconds') as duration_seconds,
        btrim(sale.payload ->> 'handshake_score') as handshake_score,
        sale.payload -> 'substitution_event' as substitution_event,
        lower(btrim(sale.payload #>> '{substitution_event,occurred}')) as occurred,
        btrim(sale.payload #>> '{substitution_event,reason}') as substitution_reason,
        sale.payload -> 'transcript' as transcript,
        sale.payload -> 'location' as location,
        sale.payload -> 'nlp_brand_mentions' as said_mentions,
        case jsonb_typeof(sale.payload -> 'nlp_brand_mentions')
            when 'array' then sale.payload -> 'nlp_brand_mentions'
            when 'object' then jsonb_build_array(sale.payload -> 'nlp_brand_mentions')
            -- names behind one another
            when 'string' then to_jsonb(regexp_split_to_array(sale.payload ->> 'nlp_brand_mentions', '[,;|]'))
        end as mentions
    from window_contracts as sale
    -- a fence: the record is taken apart once, not once for every part
    offset 0
),

-- each column is computed once for a sale and looked at: hardly any says something that cannot be read
sale_words as (
    select
        said.transaction_id,
        case
            when lower(said.suggestion_offered) not in ('true', 'false') then said.suggestion_offered
        end as suggestion_offered,
        case
            when lower(said.suggestion_accepted) not in ('true', 'false') then said.suggestion_accepted
        end as suggestion_accepted,
        case
            when (scout.parse_measure(said.duration_seconds) between 0 and 600) is not true
                then said.duration_seconds
        end as duration_seconds,
        case
            when (scout.parse_measure(said.handshake_score) between 0 and 1) is not true
                then said.handshake_score
        end as handshake_score,
        case
            when jsonb_typeof(said.substitution_event) <> 'object' then said.substitution_event #>> '{}'
            when
                (said.occurred in ('true', 'false')) is not true
                and jsonb_strip_nulls(said.substitution_event) <> '{}'
                then said.substitution_event::text
        end as substitution_event,
        case
            when
                said.occurred = 'true'
                and vocabulary.reasons ->> lower(said.substitution_reason) is null
                then said.substitution_reason
        end as substitution_reason,
        -- what was said is kept as it is elsewhere: without the numbers and addresses of people
        case
            when jsonb_typeof(said.transcript) <> 'array' then scout.mask_free_text(said.transcript #>> '{}')
        end as transcript,
        case
            when said.mentions is null then scout.mask_free_text(said.said_mentions #>> '{}')
        end as mentions,
        case when jsonb_typeof(said.location) <> 'object' then said.location #>> '{}' end as location
    from said
    cross join vocabulary
    offset 0
),

-- what silver computes itself, or leaves in bronze; hardly any device says it
ignored_words as (
    select
        sale.transaction_id,
        case
            when lower(btrim(sale.payload ->> 'is_tbwa_client')) not in ('true', 'false')
                then btrim(sale.payload ->> 'is_tbwa_client')
        end as is_tbwa_client,
        case
            when vocabulary.times_of_day ->> lower(btrim(sale.payload ->> 'time_of_day')) is null
                then btrim(sale.payload ->> 'time_of_day')
        end as time_of_day,
        case
            when lower(btrim(sale.payload ->> 'nlp_processed')) not in ('true', 'false')
                then btrim(sale.payload ->> 'nlp_processed')
        end as nlp_processed,
        case
            when scout.parse_timestamp(btrim(sale.payload ->> 'nlp_processed_at'), 'UTC') is null
                then btrim(sale.payload ->> 'nlp_processed_at')
        end as nlp_processed_at,
        case
            when (scout.parse_measure(btrim(sale.payload ->> 'nlp_confidence_score')) between 0 and 1) is not true
                then btrim(sale.payload ->> 'nlp_confidence_score')
        end as nlp_confidence_score
    from window_contracts as sale
    cross join vocabulary
    where
        sale.payload
        ?| array['is_tbwa_client', 'time_of_day', 'nlp_processed', 'nlp_processed_at', 'nlp_confidence_score']
    offset 0
),

turn_words as (
    select
        said.transaction_id,
        case when turn.content ->> 'text' is null then scout.mask_free_text(turn.content #>> '{}') end as transcript,
        case
            when vocabulary.speakers ->> lower(btrim(turn.content ->> 'speaker')) is null
                then btrim(turn.content ->> 'speaker')
        end as speaker,
        case
            when scout.parse_measure(btrim(turn.content ->> 't_seconds')) is null
                then btrim(turn.content ->> 't_seconds')
        end as t_seconds
    from said
    cross join vocabulary
    cross join
        lateral jsonb_array_elements(
            case when jsonb_typeof(said.transcript) = 'array' then said.transcript else '[]' end
        ) as turn (content)
    offset 0
),

mention_words as (
    select
        said.transaction_id,
        case
            when
                nullif(btrim(mention.content ->> 'brand_name'), '') is null
                and jsonb_typeof(mention.content) <> 'string'
                then scout.mask_free_text(mention.content #>> '{}')
        end as mentions,
        case
            when scout.parse_measure(btrim(mention.content ->> 'confidence')) is null
                then btrim(mention.content ->> 'confidence')
        end as mention_confidence
    from said
    cross join lateral jsonb_array_elements(said.mentions) as mention (content)
    offset 0
),

unread as (
    select
        sale_word.transaction_id,
        part.column_name,
        part.words
    from sale_words as sale_word
    cross join
        lateral (
            values
            ('suggestion_offered', sale_word.suggestion_offered),
            ('suggestion_accepted', sale_word.suggestion_accepted),
            ('duration_seconds', sale_word.duration_seconds),
            ('handshake_score', sale_word.handshake_score),
            ('substitution_event', sale_word.substitution_event),
            ('substitution_reason', sale_word.substitution_reason),
            ('transcript', sale_word.transcript),
            ('nlp_brand_mentions', sale_word.mentions),
            ('location', sale_word.location)
        ) as part (column_name, words)
    where
        num_nonnulls(
            sale_word.suggestion_offered, sale_word.suggestion_accepted, sale_word.duration_seconds,
            sale_word.handshake_score, sale_word.substitution_event, sale_word.substitution_reason,
            sale_word.transcript, sale_word.mentions, sale_word.location
        ) > 0
        and part.words <> ''
    union all
    select
        ignored_word.transaction_id,
        part.column_name,
        part.words
    from ignored_words as ignored_word
    cross join
        lateral (
            values
            ('is_tbwa_client', ignored_word.is_tbwa_client),
            ('time_of_day', ignored_word.time_of_day),
            ('nlp_processed', ignored_word.nlp_processed),
            ('nlp_processed_at', ignored_word.nlp_processed_at),
            ('nlp_confidence_score', ignored_word.nlp_confidence_score)
        ) as part (column_name, words)
    where part.words <> ''
    union all
    select
        turn_word.transaction_id,
        part.column_name,
        part.words
    from turn_words as turn_word
    cross join
        lateral (
            values
            ('transcript', turn_word.transcript),
            ('speaker', turn_word.speaker),
            ('t_seconds', turn_word.t_seconds)
        ) as part (column_name, words)
    where num_nonnulls(turn_word.transcript, turn_word.speaker, turn_word.t_seconds) > 0 and part.words <> ''
    union all
    select
        mention_word.transaction_id,
        part.column_name,
        part.words
    from mention_words as mention_word
    cross join
        lateral (
            values
            ('nlp_brand_mentions', mention_word.mentions),
            ('mention_confidence', mention_word.mention_confidence)
        ) as part (column_name, words)
    where num_nonnulls(mention_word.mentions, mention_word.mention_confidence) > 0 and part.words <> ''
    union all
    select
        latest.transaction_id,
        part.column_name,
        part.words
    from window_parsed as line
    -- as for the items themselves: the hash covers the transaction id
    inner join window_transactions as latest on line.content_hash = latest.content_hash
    cross join lateral jsonb_each_text(line.unread) as part (column_name, words)
    where cast(:reads_items as boolean) and line.unread is not null and latest.deleted_at is null
),

by_column as (
    select
        transaction_id,
        column_name,
        string_agg(distinct words, ', ' order by words) as words
    from unread
    group by transaction_id, column_name
)

select
    transaction_id,
    jsonb_object_agg(column_name, words) as unmapped
from by_column
group by transaction_id;
