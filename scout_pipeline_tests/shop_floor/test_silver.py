"""Silver against the simulator's truth, row by row: what was sold, how, and what each word and code was resolved to."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pandas as pd
import sqlalchemy as sa

from scout_pipeline_tests.shop_floor.comparing import by_key, compared
from scout_pipeline_tests.shop_floor.customer_figures import pseudonym
from scout_pipeline_tests.shop_floor.exact import exact, pesos
from scout_pipeline_tests.shop_floor.shop import Shop
from scout_pipeline_tests.shop_floor.truth import Truth

CHUNK = 20_000
SALE_COLUMNS = (
    "store_code region business_date hour sold_at is_voided device_id sequence customer gender age_bracket"
    " customer_type economic_class payment_method campaign_influenced campaign_id peso_value units line_count"
    " stated_value stated_basket_size"
)
SALES = """
select
    sale.transaction_id, store.store_code, sale.region, sale.date_key, sale.sold_hour, sale.sold_at,
    sale.deleted_at is not null, sale.device_id, sale.device_sequence, sale.customer_id, sale.gender,
    sale.age_bracket, sale.customer_type, sale.economic_class, sale.payment_method, sale.is_campaign_influenced,
    sale.campaign_id, sale.peso_value, sale.units, sale.line_count, sale.stated_value, sale.stated_basket_size
from scout.silver_transactions_cleaned as sale
inner join scout.store_registry as store using (store_id)
"""
LINE_COLUMNS = (
    "store_code business_date sku product_name brand_name category quantity unit unit_price subtotal"
    " is_list_price detection_method confidence"
)
LINES = """
select
    item.transaction_id, item.line_number, store.store_code, item.date_key, item.sku, item.description,
    item.brand_name, item.category, item.quantity, item.unit, item.unit_price, item.subtotal, item.is_list_price,
    item.detection_method, item.confidence::float8
from scout.silver_transaction_items as item
inner join scout.store_registry as store using (store_id)
"""
OBSERVED_COLUMNS = (
    "request_mode request_type suggestion_offered suggestion_accepted duration_seconds handshake_score"
    " turn_count said first_speaker brand_mentions"
)
OBSERVED = """
with turns as (
    select
        transaction_id, count(*) as turn_count, string_agg(turn_text, ' ' order by turn_number) as said,
        min(speaker) filter (where turn_number = 1) as first_speaker
    from scout.silver_transcripts
    group by transaction_id
),

mentions as (
    select transaction_id, array_agg(brand_name order by mention_number) as brands
    from scout.silver_brand_mentions
    group by transaction_id
)

select
    request.transaction_id, request.request_mode, request.request_type, request.suggestion_offered,
    request.suggestion_accepted, request.duration_seconds::float8, request.handshake_score::float8,
    coalesce(turns.turn_count, 0), turns.said, turns.first_speaker, coalesce(mentions.brands, '{}')
from scout.silver_request_behaviors as request
left join turns using (transaction_id)
left join mentions using (transaction_id)
"""
SWAP_COLUMNS = "substitution_from_sku substitution_to_sku reason is_complete"
SWAPS = "select transaction_id, from_sku, to_sku, reason, is_complete from scout.silver_substitutions"


def streamed(shop: Shop, query: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, part by part: the lines of a long simulation are many."""
    with shop.database.transaction() as connection:
        result = connection.execution_options(stream_results=True, yield_per=CHUNK).execute(sa.text(query))
        for part in result.partitions():
            yield from map(tuple, part)


def mapped(function: Callable[[Any], Any], values: Iterable[Any]) -> list[Any]:
    """The function of each value; of nothing it is nothing."""
    return [None if pd.isna(value) else function(value) for value in values]


def sales(truth: Truth) -> pd.DataFrame:
    """All sales; a voided one keeps its header, with the figures of what was taken back."""
    known = truth.all_sales
    pseudonyms = {customer: pseudonym(customer) for customer in known.customer_id.dropna().unique()}
    return known.assign(
        customer=mapped(pseudonyms.__getitem__, known.customer_id),
        peso_value=mapped(pesos, known.peso_value_centavos),
        stated_value=mapped(pesos, known.stated_peso_value_centavos),
        units=mapped(exact, known.units),
    )


def lines(truth: Truth) -> pd.DataFrame:
    """The lines of the sales that count."""
    known = truth.lines
    return known.assign(
        quantity=mapped(exact, known.quantity),
        unit_price=mapped(pesos, known.unit_price_centavos),
        subtotal=mapped(pesos, known.subtotal_centavos),
        is_list_price=~known.is_price_stated,
    )


def observed(truth: Truth) -> pd.DataFrame:
    """What was said and seen. A text without turns is one turn of nobody; with turns, the customer begins."""
    known = truth.sales
    is_text_alone = known.transcription_text.notna() & (known.turn_count == 0)
    mentions: list[Any] = [[] if brands is None else list(brands) for brands in known.brand_mentions]
    first = known.turn_count.gt(0).map({True: "cust", False: None})
    return known.assign(
        turn_count=known.turn_count + is_text_alone,
        said=known.transcription_text,
        first_speaker=first.mask(is_text_alone, "unknown"),
        brand_mentions=mentions,
    )


def swaps(truth: Truth) -> pd.DataFrame:
    """Sales in which another product was taken."""
    known = truth.sales[truth.sales.substitution_occurred.eq(True)]
    return known.assign(
        reason=known.substitution_reason.fillna("unknown"),
        is_complete=known.substitution_from_sku.notna() & known.substitution_to_sku.notna(),
    )


def test_every_sale_is_as_it_was(shop: Shop) -> None:
    """A sale on the wrong day, of the wrong version or with a word of no vocabulary would only show in a sum."""
    expected = by_key(sales(shop.truth), ["transaction_id"], SALE_COLUMNS)
    assert not (wrong := compared(expected, streamed(shop, SALES), SALE_COLUMNS, 1)), "\n".join(wrong)


def test_every_line_is_as_it_was(shop: Shop) -> None:
    """A brand, category or list price of the wrong day changes the figures of products, and no count."""
    expected = by_key(lines(shop.truth), ["transaction_id", "line_number"], LINE_COLUMNS)
    assert not (wrong := compared(expected, streamed(shop, LINES), LINE_COLUMNS, 2)), "\n".join(wrong)


def test_every_observation_is_as_it_was(shop: Shop) -> None:
    """How a customer asked and what was heard lies in tables of its own, which may fall behind the sales."""
    expected = by_key(observed(shop.truth), ["transaction_id"], OBSERVED_COLUMNS)
    assert not (wrong := compared(expected, streamed(shop, OBSERVED), OBSERVED_COLUMNS, 1)), "\n".join(wrong)


def test_every_substitution_is_as_it_was(shop: Shop) -> None:
    """A substitution of an older version would stay behind as a flow that never was."""
    expected = by_key(swaps(shop.truth), ["transaction_id"], SWAP_COLUMNS)
    assert not (wrong := compared(expected, streamed(shop, SWAPS), SWAP_COLUMNS, 1)), "\n".join(wrong)


def test_the_comparison_of_rows_can_fail(shop: Shop) -> None:
    """It would be green, too, if it compared nothing."""
    expected = by_key(swaps(shop.truth), ["transaction_id"], SWAP_COLUMNS)
    found = list(streamed(shop, SWAPS))
    first, others = found[0], found[1:]
    damaged = [others, [*found, ("nobody", *first[1:])], [*found, first]]
    damaged += [[(*first[:place], "?", *first[place + 1 :]), *others] for place in range(1, len(first))]
    for rows in damaged:
        assert len(compared(expected, rows, SWAP_COLUMNS, 1)) == 1
