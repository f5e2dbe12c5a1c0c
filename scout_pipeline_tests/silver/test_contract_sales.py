"""Sales of the transaction contract: what they say beyond their lines, in our words, and what becomes of the rest."""

from pathlib import Path
from typing import Any

import pytest

from scout_pipeline.database import Database
from scout_pipeline.sources import mapping as mappings
from scout_pipeline.sources import vocabulary
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, sale
from scout_pipeline_tests.prepared import Prepared, State

# field, word, column of silver and what it says
WORDS: list[tuple[str, Any, str, object]] = [
    ("payment_method", "GCash ", "payment_method", "gcash"),
    ("payment_method", "utang", "payment_method", "credit"),
    ("gender", "Babae", "gender", "female"),
    ("economic_class", "d", "economic_class", "D"),
    ("customer_type", "suki", "customer_type", "regular"),
    ("age_bracket", "65+", "age_bracket", "55+"),
    ("campaign_influenced", True, "is_campaign_influenced", True),
    ("peso_value", 12.5, "stated_value", 12.5),
    ("sequence", 77, "device_sequence", 77),
    ("store_type", "Urban High", "store_type", "urban_high"),
    ("units_per_transaction", 1, "stated_units", 1),
    ("location", {"region": "Calabarzon"}, "stated_region", "Region IV-A"),
]
# field, word, attribute that stays null
UNKNOWN_WORDS: list[tuple[str, Any, str]] = [
    ("payment_method", "paypal", "payment_method"),
    ("sequence", "seven", "device_sequence"),
    ("basket_size", "99999999999", "stated_basket_size"),
    ("device_id", "x" * 12_000, "device_id"),
    ("peso_value", "NaN", "stated_value"),
    ("campaign_influenced", "perhaps", "is_campaign_influenced"),
    ("request_mode", "drive-through", "request_mode"),
    ("store_type", "mall", "store_type"),
    ("units_per_transaction", "dalawa", "stated_units"),
]
# what is said of other things than the sale itself and cannot be read, and what is kept of it
UNREAD: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"suggestion_offered": "maybe"}, {"suggestion_offered": "maybe"}),
    ({"suggestion_accepted": 1}, {"suggestion_accepted": "1"}),
    ({"duration_seconds": 601}, {"duration_seconds": "601"}),
    ({"duration_seconds": "six"}, {"duration_seconds": "six"}),
    ({"handshake_score": -0.1}, {"handshake_score": "-0.1"}),
    ({"substitution_event": "yes"}, {"substitution_event": "yes"}),
    ({"substitution_event": {"occurred": "oo"}}, {"substitution_event": '{"occurred": "oo"}'}),
    ({"substitution_event": {"to_sku": "RICE"}}, {"substitution_event": '{"to_sku": "RICE"}'}),
    ({"substitution_event": {"occurred": True, "reason": "rain"}}, {"substitution_reason": "rain"}),
    ({"transcript": "Pabili 0917 123 4567"}, {"transcript": "Pabili [number]"}),
    ({"transcript": ["Pabili"]}, {"transcript": "Pabili"}),
    ({"transcript": [{"said": "Pabili"}, {"text": "po"}]}, {"transcript": '{"said": "Pabili"}'}),
    ({"transcript": [{"speaker": "tita", "text": "po"}, {"speaker": "ate", "text": "po"}]}, {"speaker": "ate, tita"}),
    ({"transcript": [{"speaker": "cust", "t_seconds": "soon", "text": "po"}]}, {"t_seconds": "soon"}),
    ({"nlp_brand_mentions": 7}, {"nlp_brand_mentions": "7"}),
    ({"nlp_brand_mentions": ["Kopiko", 7, {"brand": "Oishi"}]}, {"nlp_brand_mentions": '7, {"brand": "Oishi"}'}),
    ({"nlp_brand_mentions": [{"brand_name": "Oishi", "confidence": "high"}]}, {"mention_confidence": "high"}),
    ({"items": [item(confidence="high"), item(confidence=0.5)]}, {"item_confidence": "high"}),
    ({"items": [item(confidence=1e12)]}, {"item_confidence": "1000000000000.0"}),
    (
        {"items": [item(detection_method="lidar"), item(detection_method="Radar "), item(detection_method="OCR")]},
        {"detection_method": "Radar, lidar"},
    ),
    ({"items": [item(total_price="sampu"), item(total_price=10)]}, {"total_price": "sampu"}),
    ({"location": "Tondo, Manila"}, {"location": "Tondo, Manila"}),
    ({"is_tbwa_client": "oo"}, {"is_tbwa_client": "oo"}),
    ({"time_of_day": "takipsilim"}, {"time_of_day": "takipsilim"}),
    ({"nlp_processed": "yes"}, {"nlp_processed": "yes"}),
    ({"nlp_processed_at": "kanina"}, {"nlp_processed_at": "kanina"}),
    ({"nlp_confidence_score": 87}, {"nlp_confidence_score": "87"}),
    ({"checkout_seconds": 601}, {"duration_seconds": "601"}),
    ({"gender": "??", "suggestion_offered": "maybe"}, {"gender": "??", "suggestion_offered": "maybe"}),
]
# what says nothing, or what is said and read: nothing is kept of it
NOTHING_UNREAD: list[dict[str, Any]] = [
    {"substitution_event": {}, "transcript": [], "nlp_brand_mentions": []},
    {"substitution_event": {"occurred": None, "from_sku": None}, "transcript": [None], "nlp_brand_mentions": [None]},
    {"substitution_event": {"occurred": False}, "suggestion_offered": " ", "duration_seconds": ""},
    {"transcript": [{"speaker": None, "t_seconds": None, "text": ""}], "handshake_score": None},
    {"items": [item(confidence=None), item(confidence="")]},
    {"items": [item(detection_method=None, total_price=None), item(detection_method=" ", total_price="")]},
    {"location": {"region": None, "city": "Manila"}, "store_type": "", "units_per_transaction": None},
    {"time_of_day": "Hapon", "is_tbwa_client": "False", "nlp_processed": True, "nlp_confidence_score": "0.5"},
    {"nlp_processed_at": "2026-02-05T02:00:00Z", "time_of_day": None, "nlp_brand_mentions": ""},
    {"created_at": "kahapon", "date_key": 20260205, "source_file": "a.jsonl", "batch_id": 7, "updated_at": None},
]
# a record, a query and what it finds
READ: list[tuple[dict[str, Any], str, tuple[Any, ...]]] = [
    (
        {"suggestion_offered": "true", "suggestion_accepted": " False"},
        "select suggestion_offered, suggestion_accepted from scout.silver_request_behaviors",
        (True, False),
    ),
    (
        {"substitution_event": {"occurred": "true", "from_sku": "RICE", "to_sku": "KOPI", "reason": "OOS "}},
        "select from_sku, to_sku, reason from scout.silver_substitutions",
        ("RICE", "KOPI", "stockout"),
    ),
    (
        {"transcript": [{"speaker": "Tindera", "t_seconds": 1.23456789, "text": "Ubos na po"}]},
        "select speaker, t_seconds::float8, turn_text from scout.silver_transcripts",
        ("owner", 1.23456789, "Ubos na po"),
    ),
    (
        {"transcript": [{"text": " "}], "transcription_text": "Pabili"},
        "select turn_text from scout.silver_transcripts",
        ("Pabili",),
    ),
    (
        {"duration_seconds": 5.123456, "handshake_score": 0.87654321},
        "select duration_seconds::float8, handshake_score::float8 from scout.silver_request_behaviors",
        (5.123456, 0.87654321),
    ),
    (
        {"nlp_brand_mentions": [{"brand_name": "Oishi", "confidence": 0.98765}]},
        "select confidence::float8 from scout.silver_brand_mentions",
        (0.98765,),
    ),
    (
        {"items": [item(confidence=0.98765, detection_method="Speech ")]},
        "select confidence::float8, detection_method from scout.silver_transaction_items",
        (0.98765, "stt"),
    ),
]
VOIDING_WORDS = ("voided", "VOID", "Cancelled", "canceled ", "refunded")
# words that take nothing back, and what is kept of them
OTHER_STATUSES: list[tuple[str | None, dict[str, str] | None]] = [
    ("completed", None),
    ("Completed ", None),
    (" ", None),
    (None, None),
    ("parked", {"status": "parked"}),
]
# what is changed in a sale, and the reason for setting it aside
UNBELIEVED: list[tuple[dict[str, Any], str]] = [
    ({"items": [item(quantity=101)]}, "quantity_out_of_range"),
    ({"items": [item(brand_name="x" * 12_000)]}, "text_too_long"),
    ({"items": [item(quantity=0)]}, "quantity_out_of_range"),
    ({"items": [item(quantity=-1)]}, "quantity_out_of_range"),
    ({"items": [item(unit_price=-0.5)]}, "unit_price_out_of_range"),
    ({"items": [item(unit_price=10_001)]}, "unit_price_out_of_range"),
    ({"items": [item(), {**item(), "unit_price": "ten"}]}, "invalid_unit_price"),
    ({"items": [{**item(), "sku": None}]}, "missing_sku"),
    ({"items": []}, "missing_items"),
    ({"items": {"sku": "RICE", "confidence": "high"}}, "missing_items"),
    ({"items": [item(), {}]}, "missing_items"),
    ({"at": "1970-01-01T00:00:00Z"}, "timestamp_out_of_range"),
    ({"at": "now"}, "invalid_timestamp"),
    ({"store": None}, "missing_store_id"),
    ({"store": " "}, "missing_store_id"),
    ({"store": "NEW"}, "unknown_store"),
]
# text as it was heard, and as it is kept
MASKED: list[tuple[str, str]] = [
    ("text mo sa 0917 123 4567", "text mo sa [number]"),
    ("4111-1111-1111-1111 po", "[number] po"),
    ("nena@example.com.ph ha", "[email] ha"),
    ("tatlong 50 at 100", "tatlong 50 at 100"),
]


def _sell_all(database: Database, folder: Path, _: object) -> None:
    """A sale for each case of the lists above, named after list and place, and a good one."""
    floor = Floor(database, folder)
    floor.take_reference(*SMALL_WORLD)
    floor.take_sales(*(sale(f"word {number}", **{case[0]: case[1]}) for number, case in enumerate(WORDS)))
    floor.take_sales(*(sale(f"unknown {number}", **{case[0]: case[1]}) for number, case in enumerate(UNKNOWN_WORDS)))
    for number, (changes, _) in enumerate(UNBELIEVED):
        # a basket without lines is what the helper would fill
        floor.take_sales({**sale(f"bad {number}", **changes), **{k: v for k, v in changes.items() if k == "items"}})
    floor.take_sales(*(sale(f"masked {number}", transcription_text=said) for number, (said, _) in enumerate(MASKED)))
    floor.take_sales(*(sale(f"void {number}", status=word) for number, word in enumerate(VOIDING_WORDS)))
    floor.take_sales(*(sale(f"status {number}", status=word) for number, (word, _) in enumerate(OTHER_STATUSES)))
    floor.take_sales(*(sale(f"unread {number}", **said) for number, (said, _) in enumerate(UNREAD)))
    floor.take_sales(*(sale(f"nothing {number}", **said) for number, said in enumerate(NOTHING_UNREAD)))
    floor.take_sales(*(sale(f"read {number}", **said) for number, (said, _, _) in enumerate(READ)))
    floor.take_sales(sale("good"))
    floor.carry()


ALL_SOLD = State("sales of the contract", _sell_all)


@pytest.fixture
def all_sold(prepared: Prepared) -> Floor:
    """Every case of the lists was sold and carried; to look at only."""
    return Floor(prepared.look(ALL_SOLD), Path())


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    made = Floor(database, tmp_path)
    made.take_reference(*SMALL_WORLD)
    return made


def column(floor: Floor, name: str, transaction_id: str = "1") -> Any:
    ((found,),) = floor.rows(
        "select to_jsonb(sale) from scout.silver_transactions_cleaned as sale where transaction_id = :transaction_id",
        transaction_id=transaction_id,
    )
    return found[name]


def test_the_vocabularies_are_those_of_the_contract() -> None:
    """A word that the contract allows and silver does not know would be counted as unmapped for ever."""
    scout = mappings.load("scout")
    for name, attribute in scout.attributes.items():
        assert set(attribute.synonyms.values()) <= set(vocabulary.values(name))
    assert vocabulary.values("payment_method") == ("cash", "gcash", "maya", "credit", "other")
    properties = vocabulary.contract("transaction.v1")["properties"]
    assert vocabulary.values("speaker") == ("cust", "owner", "clerk", "unknown")
    read = {attribute.field for attribute in scout.attributes.values()} | {scout.items, scout.store.field}
    assert {str(field).partition(".")[0] for field in read} <= set(properties)


@pytest.mark.parametrize("number", range(len(WORDS)))
def test_other_peoples_words_become_ours(all_sold: Floor, number: int) -> None:
    """Each spelling would be a slice of its own in every chart."""
    _, _, attribute, stored = WORDS[number]
    assert column(all_sold, attribute, f"word {number}") == stored
    assert column(all_sold, "unmapped", f"word {number}") is None


@pytest.mark.parametrize("number", range(len(UNKNOWN_WORDS)))
def test_what_no_vocabulary_knows_is_null_and_kept(all_sold: Floor, number: int) -> None:
    """A new wallet would vanish, or be taken for cash, and nobody could count how often it was seen."""
    _, said, attribute = UNKNOWN_WORDS[number]
    name = f"unknown {number}"
    if attribute in vocabulary.SALE_ATTRIBUTES:
        assert column(all_sold, attribute, name) is None
    else:
        asked = "select request_mode from scout.silver_request_behaviors where transaction_id = :name"
        assert all_sold.rows(asked, name=name) == [(None,)]
    assert column(all_sold, "unmapped", name) == {attribute: said}


@pytest.mark.parametrize("number", range(len(UNREAD)))
def test_what_cannot_be_read_beside_the_sale_is_kept_too(all_sold: Floor, number: int) -> None:
    """A device that says "maybe" for a truth value would look as if it said nothing, and nobody would mend it."""
    assert column(all_sold, "unmapped", f"unread {number}") == UNREAD[number][1]


@pytest.mark.parametrize("number", range(len(NOTHING_UNREAD)))
def test_what_says_nothing_is_not_kept_as_unread(all_sold: Floor, number: int) -> None:
    """Every sale of a device that fills absent fields with blanks would be warned about."""
    assert column(all_sold, "unmapped", f"nothing {number}") is None


@pytest.mark.parametrize("number", range(len(READ)))
def test_what_can_be_understood_is_read(all_sold: Floor, number: int) -> None:
    """A truth value sent as text, or a score with seven decimals, would be thrown away although it is plain."""
    _, query, found = READ[number]
    name = f"read {number}"
    assert all_sold.rows(f"{query} where transaction_id = :name", name=name) == [found]
    assert column(all_sold, "unmapped", name) is None


def test_a_sale_that_says_much_in_vain_is_one_warning(all_sold: Floor) -> None:
    """What is kept and nowhere shown is not counted by anybody."""
    name = f"unread {len(UNREAD) - 1}"
    warned = "select detail from scout.v_sale_warnings where warning = 'unmapped_value' and transaction_id = :name"
    assert all_sold.rows(warned, name=name) == [("gender, suggestion_offered",)]
    counted = (
        "select count(*) from scout.v_sale_warnings where warning = 'unmapped_value' and transaction_id like :name"
    )
    assert all_sold.rows(counted, name="unread %") == [(len(UNREAD),)]


@pytest.mark.parametrize("number", range(len(VOIDING_WORDS)))
def test_every_word_for_a_voided_sale_takes_it_out_of_the_figures(all_sold: Floor, number: int) -> None:
    """A sale that the till calls cancelled would be revenue for ever."""
    name = f"void {number}"
    assert column(all_sold, "deleted_at", name) is not None
    assert column(all_sold, "unmapped", name) is None
    assert all_sold.rows("select 1 from scout.silver_transaction_items where transaction_id = :name", name=name) == []


@pytest.mark.parametrize("number", range(len(OTHER_STATUSES)))
def test_a_status_that_nobody_knows_is_kept_beside_a_sale_that_counts(all_sold: Floor, number: int) -> None:
    """A till's new word for a cancelled sale would be counted as revenue, and nobody could see that it was said."""
    name = f"status {number}"
    assert column(all_sold, "deleted_at", name) is None
    assert column(all_sold, "unmapped", name) == OTHER_STATUSES[number][1]


def test_nothing_is_invented_for_what_a_device_did_not_see(floor: Floor) -> None:
    """A default gender or payment would become a figure in a client's report."""
    floor.take_sales(sale("1"))
    floor.carry()
    for name in vocabulary.SALE_ATTRIBUTES:
        assert column(floor, name) is None
    assert floor.rows("select request_mode, suggestion_offered from scout.silver_request_behaviors") == [(None, None)]
    assert floor.rows("select count(*) from scout.silver_transcripts") == [(0,)]


@pytest.mark.parametrize("number", range(len(UNBELIEVED)))
def test_what_nobody_believes_is_set_aside_whole(all_sold: Floor, number: int) -> None:
    """One absurd line would be the month's best sale; half a basket would be a smaller one that never happened."""
    name = f"bad {number}"
    aside = "select reason_code from scout.quarantine where transaction_id = :name"
    assert all_sold.rows(aside, name=name) == [(UNBELIEVED[number][1],)]
    for table in ("silver_transactions_cleaned", "silver_transaction_items"):
        kept = f"select 1 from scout.{table} where transaction_id = :name"  # noqa: S608 - names of this test alone
        assert all_sold.rows(kept, name=name) == []


def test_nothing_but_the_unbelievable_is_set_aside(all_sold: Floor) -> None:
    """A good sale beside a bad one would be lost with it."""
    assert all_sold.rows("select count(*) from scout.quarantine") == [(len(UNBELIEVED),)]
    assert column(all_sold, "transaction_id", "good") == "good"
    assert all_sold.broken_promises() == []


def test_a_voided_sale_keeps_its_header_and_counts_nowhere(floor: Floor) -> None:
    """Taken back at the counter, it would stay in the day's revenue; deleted, nobody could say what became of it."""
    floor.take_sales(sale("1", transcription_text="Pabili"), sale("2"))
    floor.carry()
    floor.take_sales(sale("1", status="VOIDED", transcription_text="Pabili"))
    floor.carry()
    assert floor.rows("select transaction_id from scout.silver_transactions_cleaned where deleted_at is not null") == [
        ("1",)
    ]
    assert floor.rows("select transaction_id from scout.silver_transaction_items") == [("2",)]
    assert floor.rows("select transaction_id from scout.silver_request_behaviors") == [("2",)]
    assert floor.rows("select count(*) from scout.silver_transcripts") == [(0,)]
    assert floor.rows("select transaction_count, trim_scale(net_revenue) from scout.gold_daily_aggregates") == [(1, 10)]
    assert floor.broken_promises() == []
    floor.take_sales(sale("1", status="completed", peso_value=10))
    floor.carry()
    assert floor.rows("select transaction_count from scout.gold_daily_aggregates") == [(2,)]


def test_the_details_are_those_of_the_latest_version(floor: Floor) -> None:
    """A corrected sale would be asked for twice, and heard with the words of both versions."""
    floor.take_sales(
        sale(
            "1",
            request_type="pointing",
            request_mode="Verbal",
            duration_seconds=5.9,
            handshake_score=7,
            substitution_event={"occurred": True, "from_sku": "chips", "to_sku": None, "reason": "rain"},
            transcript=[{"t_seconds": 0.5, "speaker": "cust", "text": "Kopi po"}, {"t_seconds": 1, "text": "Ito"}],
            nlp_brand_mentions=[{"brand_name": "Kopiko", "variant": "kopi", "confidence": 0.9}],
        )
    )
    floor.carry()
    asked = "select request_mode, request_type, duration_seconds, handshake_score from scout.silver_request_behaviors"
    assert [tuple(map(str, row)) for row in floor.rows(asked)] == [("verbal", "point", "5.9", "None")]
    swapped = "select from_sku, to_sku, reason, is_complete from scout.silver_substitutions"
    assert floor.rows(swapped) == [("CHIPS", None, "unknown", False)]
    assert floor.rows("select speaker, turn_text from scout.silver_transcripts order by turn_number") == [
        ("cust", "Kopi po"),
        ("unknown", "Ito"),
    ]
    floor.take_sales(sale("1", at="2026-03-09T10:00:00+08:00", transcription_text="Salamat"))
    floor.carry()
    assert floor.rows(swapped) == []
    assert floor.rows("select date_key::text, turn_text from scout.silver_transcripts") == [("2026-03-09", "Salamat")]
    assert floor.rows("select count(*) from scout.silver_brand_mentions") == [(0,)]


@pytest.mark.parametrize("number", range(len(MASKED)))
def test_numbers_and_addresses_of_people_are_masked(all_sold: Floor, number: int) -> None:
    """What a customer says about himself would be read by every analyst."""
    heard = "select turn_text from scout.silver_transcripts where transaction_id = :name"
    assert all_sold.rows(heard, name=f"masked {number}") == [(MASKED[number][1],)]


@pytest.mark.parametrize("items", [[], [item("NOBODY KNOWS IT")], [{**item(), "quantity": "many"}]])
def test_a_sale_is_voided_whatever_its_lines_say(floor: Floor, items: list[dict[str, Any]]) -> None:
    """A till that voids without repeating the basket would leave the sale in every figure."""
    floor.take_sales(sale("1"), sale("2"))
    floor.carry()
    floor.take_sales({**sale("1", status="voided"), "items": items})
    floor.carry()
    assert floor.rows("select transaction_count from scout.gold_daily_aggregates") == [(1,)]
    assert floor.rows("select count(*) from scout.quarantine") == [(0,)]
    assert floor.broken_promises() == []


def test_gold_knows_how_much_silver_holds(floor: Floor) -> None:
    """After a first load of a few thousand sales a table of gold took minutes instead of a second."""
    known = "select reltuples::integer from pg_class where oid = 'scout.silver_transaction_items'::regclass"
    floor.take_sales(*(sale(f"first {number}", items=[item()] * 25) for number in range(40)))
    floor.carry()
    assert floor.rows(known) == [(1000,)]
    floor.take_sales(*(sale(f"few {number}", items=[item()] * 25) for number in range(39)))
    floor.carry()
    assert floor.rows(known) == [(1000,)]
    floor.take_sales(*(sale(f"many {number}", items=[item()] * 25) for number in range(41)))
    floor.carry()
    assert floor.rows(known) == [(3000,)]


def test_descriptions_are_counted_back_only_where_they_were_counted(floor: Floor) -> None:
    """A count below zero could take away a product that another source still sells."""
    floor.take_sales(sale("1"))
    floor.carry()
    floor.take_sales(sale("1", peso_value=11))
    floor.carry()
    assert floor.rows("select count(*) from scout.dim_product_descriptions") == [(0,)]
