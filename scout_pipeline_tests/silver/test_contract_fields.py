"""Every field of the contract: in which forms and under which names a sale may come, and where each field goes."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scout_pipeline.database import Database
from scout_pipeline.quarantine import replay
from scout_pipeline.quarantine.selection import Selection
from scout_pipeline.silver import refresh
from scout_pipeline.sources import contract_page, vocabulary
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.floor_files import SMALL_WORLD, Document, Floor, item, reference, sale
from scout_pipeline_tests.prepared import Prepared, State
from scout_pipeline_tests.sales_files import use_mappings

# Section 1.1 of the domain: the fields of a sale, of a line, and of a turn of what was said.
OF_THE_DOMAIN = """
    id transaction_id store_id timestamp ts time_of_day location product_category brand_name sku
    units_per_transaction peso_value basket_size combo_basket request_mode request_type suggestion_offered
    suggestion_accepted substitution_event asked_brand_id final_brand_id gender age_bracket customer_id
    customer_type economic_class store_type payment_method duration_seconds handshake_score campaign_influenced
    is_tbwa_client transcription_text nlp_brand_mentions nlp_processed nlp_processed_at nlp_confidence_score
    device_id checkout_time checkout_seconds created_at updated_at deleted_at date_key source_file batch_id
"""
OF_ITS_LINES = """
    category brand_name product_name local_name qty unit unit_price total_price detection_method confidence
"""
OF_ITS_TURNS = "t_seconds speaker text"
TABLE = re.compile(r"\b(?:silver|dim|gold|ops)[._][a-z_]+")
TABLE_COLUMN = re.compile(r"\b((?:silver|dim)_[a-z_]+)\.([a-z_]+)")
OTHER_FIELD = re.compile(r"(?:bronze, )?as (?:that of an item|([a-z_]+))")


def flat(identifier: str, **fields: Any) -> Document:
    """A sale that is one item itself."""
    return {"id": identifier, "store_id": "S1", "timestamp": "2026-02-05T10:00:00+08:00", **fields}


# a sale in the form of one item: what is said, and sku, quantity, unit price, list price?, stated subtotal of its line
ONE_ITEM: list[tuple[dict[str, Any], tuple[object, ...]]] = [
    ({"sku": "rice ", "units_per_transaction": 2, "peso_value": 25}, ("RICE", 2, 12.5, False, 25)),
    ({"sku": "RICE", "units_per_transaction": 2, "unit_price": 11, "peso_value": 25}, ("RICE", 2, 11, False, None)),
    ({"sku": "RICE", "units_per_transaction": 3, "total_price": 36, "peso_value": 1}, ("RICE", 3, 12, False, 36)),
    ({"sku": "RICE", "units_per_transaction": 3, "peso_value": 10}, ("RICE", 3, 10, True, 10)),
    ({"sku": "KOPI", "units_per_transaction": "2"}, ("KOPI", 2, 8.5, True, None)),
    ({"sku": "KOPI", "qty": 4, "items": None}, ("KOPI", 4, 8.5, True, None)),
    ({"sku": "KOPI", "quantity": 4, "items": [], "combo_basket": None}, ("KOPI", 4, 8.5, True, None)),
    ({"sku": "KOPI", "quantity": 5, "qty": 4}, ("KOPI", 5, 8.5, True, None)),
]
# what a line of a basket says of its price, and unit price, list price?, stated subtotal, subtotal
PRICES: list[tuple[dict[str, Any], tuple[object, ...]]] = [
    ({"quantity": 4, "unit_price": None, "total_price": 30}, (7.5, False, 30, 30)),
    ({"quantity": 4, "unit_price": 7, "total_price": 30}, (7, False, 30, 28)),
    ({"quantity": 3, "unit_price": None, "total_price": 10}, (10, True, 10, 30)),
    ({"quantity": 3, "unit_price": None, "total_price": "lima"}, (10, True, None, 30)),
]
# no product at all, whatever else is said
WITHOUT_ITEMS: list[dict[str, Any]] = [
    {},
    {"items": []},
    {"items": None, "combo_basket": []},
    {"items": [None]},
    {"items": [{}]},
    {"items": "RICE"},
    # no list, and so nothing that the fields beside it could stand for
    {"items": {"sku": "RICE", "quantity": 1}, "sku": "RICE", "quantity": 1},
    {"peso_value": 100, "basket_size": 2, "transcription_text": "Pabili po"},
]
# a product without code is one that nobody knows; one without a number of units is no sale of it
INCOMPLETE: list[tuple[dict[str, Any], str]] = [
    ({"brand_name": "Kopiko", "product_category": "beverages", "units_per_transaction": 1}, "missing_sku"),
    ({"sku": "RICE"}, "invalid_quantity"),
    ({"sku": "RICE", "units_per_transaction": "dalawa"}, "invalid_quantity"),
    ({"sku": "RICE", "units_per_transaction": 101}, "quantity_out_of_range"),
    ({"sku": "RICE", "units_per_transaction": 0, "peso_value": 5}, "quantity_out_of_range"),
    ({"sku": "RICE", "units_per_transaction": -1, "peso_value": 5}, "quantity_out_of_range"),
    ({"sku": "RICE", "units_per_transaction": 1, "peso_value": -5}, "unit_price_out_of_range"),
]
# fields under names of others, a query and what it finds
RENAMED: list[tuple[dict[str, Any], str, tuple[object, ...]]] = [
    (
        {"checkout_seconds": 7},
        "select trim_scale(duration_seconds) from scout.silver_request_behaviors",
        (7,),
    ),
    (
        {"checkout_seconds": 7, "duration_seconds": 5},
        "select trim_scale(duration_seconds) from scout.silver_request_behaviors",
        (5,),
    ),
    (
        {"checkout_seconds": 7, "duration_seconds": None},
        "select trim_scale(duration_seconds) from scout.silver_request_behaviors",
        (7,),
    ),
    (
        {"items": [{"sku": "RICE", "qty": 3, "product_category": "rice"}]},
        "select quantity::int, category from scout.silver_transaction_items",
        (3, "rice"),
    ),
    (
        {"items": None, "combo_basket": [{"sku": "RICE", "quantity": 2}, {"sku": "KOPI", "quantity": 1}]},
        "select string_agg(sku || quantity::int, ',' order by line_number) from scout.silver_transaction_items",
        ("RICE2,KOPI1",),
    ),
    (
        {"checkout_time": "2026-02-05T12:00:00Z"},
        "select sold_hour from scout.silver_transactions_cleaned",
        (10,),
    ),
    (
        {"asked_brand_id": "Oishi", "final_brand_id": "Kopiko ", "nlp_confidence_score": 0.875},
        "select asked_brand, final_brand, nlp_confidence_score::float8 from scout.silver_request_behaviors",
        ("Oishi", "Kopiko", 0.875),
    ),
    (
        {"units_per_transaction": 1, "store_type": "Probinsya", "location": {"region": "metro manila"}},
        "select stated_units::int, store_type, stated_region from scout.silver_transactions_cleaned",
        (1, "rural", "NCR"),
    ),
    (
        {"nlp_brand_mentions": "Kopiko, Oishi"},
        "select string_agg(brand_name, '/' order by mention_number) from scout.silver_brand_mentions",
        ("Kopiko/Oishi",),
    ),
    (
        {"nlp_brand_mentions": ["Kopiko", {"brand_name": "Oishi"}]},
        "select string_agg(brand_name, '/' order by mention_number) from scout.silver_brand_mentions",
        ("Kopiko/Oishi",),
    ),
    (
        {"nlp_brand_mentions": {"brand_name": "Oishi", "confidence": 0.5}},
        "select brand_name, confidence::float8 from scout.silver_brand_mentions",
        ("Oishi", 0.5),
    ),
    (
        {"nlp_brand_mentions": "text 0917 123 4567"},
        "select brand_name from scout.silver_brand_mentions",
        ("text [number]",),
    ),
]
# sales with one row of substitutions, or none, and from and to
BRANDS: list[tuple[dict[str, Any], list[tuple[object, ...]]]] = [
    ({"asked_brand_id": "Oishi", "final_brand_id": "Kopiko"}, [(None, None, "Oishi", "Kopiko", "unknown", False)]),
    ({"asked_brand_id": "Oishi", "final_brand_id": "OISHI"}, []),
    ({"asked_brand_id": "Oishi"}, []),
    ({"asked_brand_id": "Oishi", "final_brand_id": "Kopiko", "substitution_event": {"occurred": False}}, []),
    (
        {
            "asked_brand_id": "Oishi",
            "final_brand_id": "Kopiko",
            "substitution_event": {"occurred": True, "from_sku": "CHIPS", "to_sku": "KOPI", "reason": "oos"},
        },
        [("CHIPS", "KOPI", "Oishi", "Kopiko", "stockout", True)],
    ),
]


def _sell_all(database: Database, folder: Path, _: object) -> None:
    """A sale for each case of the lists above, named after list and place."""
    floor = Floor(database, folder)
    floor.take_reference(*SMALL_WORLD)
    floor.take_sales(*(flat(f"one {number}", **said) for number, (said, _) in enumerate(ONE_ITEM)))
    floor.take_sales(*(sale(f"price {number}", items=[item(**said)]) for number, (said, _) in enumerate(PRICES)))
    floor.take_sales(*(flat(f"none {number}", **said) for number, said in enumerate(WITHOUT_ITEMS)))
    floor.take_sales(*(flat(f"bad {number}", **said) for number, (said, _) in enumerate(INCOMPLETE)))
    floor.take_sales(*({**sale(f"name {number}"), **said} for number, (said, _, _) in enumerate(RENAMED)))
    floor.take_sales(*(sale(f"brand {number}", **said) for number, (said, _) in enumerate(BRANDS)))
    floor.carry()


ALL_SOLD = State("forms of sales of the contract", _sell_all)


@pytest.fixture
def all_sold(prepared: Prepared) -> Floor:
    """Every case of the lists was sold and carried; to look at only."""
    return Floor(prepared.look(ALL_SOLD), Path())


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    made = Floor(database, tmp_path)
    made.take_reference(*SMALL_WORLD)
    return made


def fields(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of a contract, with those within, and its schema."""
    for name, field in schema.get("properties", {}).items():
        yield f"{path}{name}", field
        yield from fields(field.get("items", field), f"{path}{name}.")


def test_the_contract_has_every_field_of_the_domain() -> None:
    """A device that sends what the domain names would find in no document what becomes of it."""
    contract = vocabulary.contract("transaction.v1")["properties"]
    assert set(OF_THE_DOMAIN.split()) <= set(contract)
    assert {*OF_ITS_LINES.split(), "sku"} <= set(contract["items"]["items"]["properties"])
    assert set(OF_ITS_TURNS.split()) == set(contract["transcript"]["items"]["properties"])
    assert set(contract["location"]["properties"]) == {"barangay", "city", "province", "region"}


def test_every_field_says_which_column_of_silver_it_becomes_or_why_it_stays_in_bronze(database: Database) -> None:
    """A page that sends people to a column that is not there, or says nothing, is worse than none."""
    columns = set(
        Floor(database, Path()).rows(
            "select table_name::text, column_name::text from information_schema.columns where table_schema = 'scout'"
        )
    )
    known = dict(fields(vocabulary.contract("transaction.v1")))
    for path, field in known.items():
        goes_to = field[contract_page.GOES_TO]
        named = TABLE_COLUMN.findall(goes_to)
        assert set(named) <= columns, path
        assert set(TABLE.findall(goes_to)) <= {table for table, _ in columns}, path
        other = OTHER_FIELD.match(goes_to)
        assert named or other or goes_to.startswith("bronze: ") or "silver_" in goes_to or field.get("properties"), path
        if other and other[1]:
            assert other[1] in {name.rpartition(".")[2] for name in known}, path


def test_the_schema_accepts_either_form_and_no_sale_without_a_product() -> None:
    """A sender who checks what it sends would hold back what is accepted, or send what is not."""
    judge = jsonschema.Draft202012Validator(vocabulary.contract("transaction.v1"))
    basket = sale("1", items=[{"sku": "RICE", "qty": 2, "total_price": 20}])
    renamed = {**basket, "combo_basket": basket["items"], "transaction_id": "1", "ts": basket["timestamp"]}
    one = flat("1", sku="RICE", units_per_transaction=2, product_category="rice", brand_name=None, peso_value=20)
    for accepted in (
        basket,
        {name: value for name, value in renamed.items() if name not in ("items", "id", "timestamp")},
        one,
        flat("1", status="voided"),
    ):
        judge.validate(accepted)
    for refused in (flat("1"), flat("1", sku="RICE"), flat("1", brand_name="Kopiko"), {**one, "store_type": "mall"}):
        assert not judge.is_valid(refused)


def test_other_names_are_fields_of_the_contract_that_say_what_they_stand_for() -> None:
    """A name that is read and not documented cannot be relied upon; one documented and not read is a trap."""
    scout = mappings.load("scout")
    contract = vocabulary.contract("transaction.v1")["properties"]
    read = {other: own for own, others in scout.other_names.items() for other in others}
    assert set(read) <= set(contract)
    said = {
        name: match[1]
        for name, field in contract.items()
        if (match := re.match(r"Another name of ([a-z_]+)\.", field.get("description", "")))
    }
    # category has its long name where a whole sale speaks, and its short one in an item
    assert {**said, "product_category": "category", "units_per_transaction": "quantity"} == {
        **read,
        "category": "product_category",
    }


@pytest.mark.parametrize("number", range(len(ONE_ITEM)))
def test_a_sale_in_the_form_of_one_item_is_one_line(all_sold: Floor, number: int) -> None:
    """The simplest device would never sell anything."""
    lines = all_sold.rows(
        "select line_number, sku, quantity::float8, unit_price::float8, is_list_price, stated_subtotal::float8"
        " from scout.silver_transaction_items where transaction_id = :name",
        name=f"one {number}",
    )
    assert lines == [(1, *ONE_ITEM[number][1])]
    assert unmapped(all_sold, f"one {number}") is None


@pytest.mark.parametrize("number", range(len(PRICES)))
def test_the_price_of_a_line_says_that_of_a_unit_only_where_it_is_exact(all_sold: Floor, number: int) -> None:
    """Three for ten at the list price would be thirty; three times 3.3333 would be an amount that nobody paid."""
    found = all_sold.rows(
        "select unit_price::float8, is_list_price, stated_subtotal::float8, subtotal::float8"
        " from scout.silver_transaction_items where transaction_id = :name",
        name=f"price {number}",
    )
    assert found == [PRICES[number][1]]


def test_a_price_that_cannot_be_read_is_kept(all_sold: Floor) -> None:
    """It would look as if the device had said nothing."""
    assert unmapped(all_sold, "price 3") == {"total_price": "lima"}


@pytest.mark.parametrize("number", range(len(WITHOUT_ITEMS)))
def test_a_sale_without_items_is_set_aside_under_a_reason_of_its_own(all_sold: Floor, number: int) -> None:
    """A device that sends no baskets would be taken for one that cannot read a code."""
    assert reasons(all_sold, f"none {number}") == [("missing_items",)]
    kept = "select 1 from scout.silver_transactions_cleaned where transaction_id = :name"
    assert all_sold.rows(kept, name=f"none {number}") == []


@pytest.mark.parametrize("number", range(len(INCOMPLETE)))
def test_one_item_is_judged_as_one_of_a_basket(all_sold: Floor, number: int) -> None:
    """The short form would be a way around every limit."""
    assert reasons(all_sold, f"bad {number}") == [(INCOMPLETE[number][1],)]


def test_nothing_else_is_set_aside(all_sold: Floor) -> None:
    """A form that is accepted and then set aside is not accepted."""
    expected = len(WITHOUT_ITEMS) + len(INCOMPLETE)
    assert all_sold.rows("select count(*) from scout.quarantine") == [(expected,)]
    assert all_sold.broken_promises() == []


@pytest.mark.parametrize("number", range(len(RENAMED)))
def test_what_others_call_a_field_is_read_where_its_own_name_says_nothing(all_sold: Floor, number: int) -> None:
    """What an edge device sends would be null in silver, and nobody would see that it was sent."""
    _, query, found = RENAMED[number]
    name = f"name {number}"
    assert all_sold.rows(f"{query} where transaction_id = :name", name=name) == [found]
    assert unmapped(all_sold, name) is None


@pytest.mark.parametrize("number", range(len(BRANDS)))
def test_another_brand_than_the_one_asked_for_is_a_substitution(all_sold: Floor, number: int) -> None:
    """Devices that hear brands and see no codes would have no substitutions; an event would count twice."""
    found = all_sold.rows(
        "select from_sku, to_sku, from_brand, to_brand, reason, is_complete from scout.silver_substitutions"
        " where transaction_id = :name",
        name=f"brand {number}",
    )
    assert found == BRANDS[number][1]
    warned = "select warning from scout.v_sale_warnings where transaction_id = :name"
    assert all_sold.rows(warned, name=f"brand {number}") == []


def test_id_and_time_under_other_names_are_those_of_the_sale(floor: Floor) -> None:
    """An export would be quarantined whole, and its correction would be another sale."""
    export = {"transaction_id": "T1", "store_id": "S1", "ts": "2026-02-05T10:00:00+08:00", "items": [item()]}
    floor.take_sales(export, {**export, "id": " ", "transaction_id": "T2", "timestamp": ""}, {**export, "id": "T3"})
    with floor.database.transaction() as connection:
        assert refresh.waiting_months(connection) == [date(2026, 2, 1)]
    floor.carry()
    told = "select transaction_id, date_key::text from scout.silver_transactions_cleaned order by 1"
    assert floor.rows(told) == [("T1", "2026-02-05"), ("T2", "2026-02-05"), ("T3", "2026-02-05")]
    floor.take_sales(sale("T1", items=[item(quantity=3)]))
    floor.carry()
    assert floor.rows("select units::int from scout.silver_transactions_cleaned where transaction_id = 'T1'") == [(3,)]
    assert floor.broken_promises() == []


def test_lines_without_an_id_are_read_again_under_the_names_of_others(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Lines that were refused before a name was declared could be replayed for ever and never enter."""
    text = (mappings.BUILT_IN / "scout.yaml").read_text(encoding="utf-8")
    own = use_mappings(tmp_path / "mappings", monkeypatch) / "scout.yaml"
    own.write_text(text.replace("  id: [transaction_id]\n", ""), encoding="utf-8")
    floor.take_sales({"transaction_id": "T1", **{key: value for key, value in sale("").items() if key != "id"}})
    assert floor.rows("select reason_code from scout.quarantine") == [("missing_transaction_id",)]
    own.write_text(text, encoding="utf-8")
    replay.replay(floor.database, Selection(), by="anna")
    floor.carry()
    assert floor.rows("select transaction_id from scout.silver_transactions_cleaned") == [("T1",)]


def test_a_sale_that_an_export_says_is_deleted_is_taken_back(floor: Floor) -> None:
    """It would be revenue for ever; a word that is no time must not take it away."""
    deleted: dict[str, Any] = {"deleted_at": "2026-02-06T00:00:00Z"}
    floor.take_sales(sale("1", **deleted), sale("2", deleted_at=None), sale("3", deleted_at="kahapon"))
    floor.take_sales({**flat("4"), **deleted})
    floor.carry()
    assert floor.rows(
        "select transaction_id, deleted_at is not null, unmapped from scout.silver_transactions_cleaned order by 1"
    ) == [("1", True, None), ("2", False, None), ("3", False, {"deleted_at": "kahapon"}), ("4", True, None)]
    assert floor.rows("select transaction_count from scout.gold_daily_aggregates") == [(2,)]
    assert floor.broken_promises() == []


def test_a_rebuild_reads_every_form_alike(prepared: Prepared) -> None:
    """The months of such sales would change when they are computed again."""
    database = prepared.copy(ALL_SOLD)
    before = fingerprint(database)
    refresh.rebuild_months(database, date(2026, 2, 1), date(2026, 2, 1))
    assert fingerprint(database) == before


def test_what_a_device_states_is_compared_with_what_its_lines_say(floor: Floor) -> None:
    """Units that were lost on the way, or a device that was carried to another region, would be missed."""
    floor.take_sales(
        sale("1", units_per_transaction=3, items=[item(quantity=2)]),
        sale("2", items=[item(quantity=2, total_price=25), item(), item("KOPI", unit_price=9, total_price=8)]),
        sale("3", location={"region": "Central Visayas", "city": "Manila"}),
        sale("4", units_per_transaction=2, items=[item(quantity=2, total_price=20)], location={"region": "NCR"}),
        sale("5", units_per_transaction=9, status="voided", location={"region": "Bicol"}),
    )
    floor.carry()
    assert floor.rows("select transaction_id, warning, detail from scout.v_sale_warnings order by 1, 2") == [
        ("1", "units_mismatch", "3 units stated, 2 by its lines"),
        (
            "2",
            "line_value_mismatch",
            "line 1: 25 stated, 20 by quantity and price; line 3: 8 stated, 9 by quantity and price",
        ),
        ("3", "region_mismatch", "Region VII stated, the shop stands in NCR"),
    ]


def test_words_of_store_records_become_ours_or_are_told(floor: Floor) -> None:
    """A store of a class that nobody knows would be a class of its own in every chart; null, it would look untold."""
    floor.take_reference(
        reference("store", "S3", store_type=" Rural", economic_class="Class C"),
        reference("store", "S4", store_type="probinsya", economic_class="e"),
        reference("store", "S5", store_type="kiosk", economic_class="Z"),
        reference("store", "S6", store_type="", economic_class=None),
        reference("store", "S6", "2026-03-01", store_type="mall", economic_class="unknown"),
    )
    floor.carry()
    described = (
        "select store_code, store_type, economic_class, unmapped from scout.dim_store"
        " where store_code like 'S_' and store_code > 'S2' order by store_code, valid_from"
    )
    assert floor.rows(described) == [
        ("S3", "rural", "C", None),
        ("S4", "rural", "E", None),
        ("S5", None, None, {"store_type": "kiosk", "economic_class": "Z"}),
        ("S6", None, None, None),
        ("S6", None, "unknown", {"store_type": "mall"}),
    ]
    assert floor.rows("select store_code, warning, detail from scout.v_store_warnings order by 1") == [
        ("S5", "unmapped_value", "economic_class, store_type"),
        ("S6", "unmapped_value", "store_type"),
    ]


def unmapped(floor: Floor, name: str) -> Any:
    ((found,),) = floor.rows(
        "select unmapped from scout.silver_transactions_cleaned where transaction_id = :name", name=name
    )
    return found


def reasons(floor: Floor, name: str) -> list[tuple[Any, ...]]:
    return floor.rows("select reason_code from scout.quarantine where transaction_id = :name", name=name)
