"""Gaps in what devices count, and what is odd about a sale: found where they are, and nowhere else."""

from pathlib import Path

import pytest

from scout_pipeline.database import Database
from scout_pipeline_tests.floor_files import SMALL_WORLD, Document, Floor, item, sale

GAPS = "select device_id, missing_sequence from scout.v_device_sequence_gaps order by 1, 2"
WARNINGS = """
    select transaction_id, warning, detail from scout.v_sale_warnings
    order by transaction_id::integer, warning
"""


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    floor = Floor(database, tmp_path)
    floor.take_reference(*SMALL_WORLD)
    return floor


def counted(identifier: str, sequence: int | str | None, device: str = "D1", **changes: object) -> Document:
    """A sale with the number that its device gave it."""
    return sale(identifier, device_id=device, sequence=sequence, **changes)  # type: ignore[arg-type]


def test_a_gap_is_a_number_under_which_nothing_came(floor: Floor) -> None:
    """A rejected sale called lost would send somebody to a device that works; a lost one would never be missed."""
    floor.take_sales(
        counted("1", 5),
        counted("2", 6, status="voided"),
        counted("3", 9, store="NOWHERE"),
        counted("4", 11, items=[item("UNKNOWN")]),
        counted("5", 14, timestamp="2019-01-01T00:00:00Z"),
        {"device_id": "D1", "sequence": 15, "store_id": "S1", "timestamp": "2026-02-05T10:00:00Z", "items": [item()]},
        counted("6", 17),
        # numbers of another device, of another shop and day
        counted("7", 8, device="D2", store="S2"),
        counted("8", 6, device="D2", at="2026-03-01T10:00:00+08:00"),
        # no number, or none that is one
        counted("9", None),
        counted("10", "twelve"),
    )
    floor.carry()
    assert floor.rows(GAPS) == [("D1", number) for number in (7, 8, 10, 12, 13, 16)] + [("D2", 7)]
    # a correction under another number: the first one was received as well
    floor.take_sales(counted("6", 20), counted("11", 12))
    floor.carry()
    assert floor.rows(GAPS) == [("D1", number) for number in (7, 8, 10, 13, 16, 18, 19)] + [("D2", 7)]


def test_nothing_before_the_first_and_after_the_last_number_is_missing(floor: Floor) -> None:
    """A device that was installed at number 4,000 did not lose 3,999 sales."""
    floor.take_sales(counted("1", 4000), counted("2", 4001))
    floor.carry()
    assert floor.rows(GAPS) == []


def test_a_device_that_counts_anew_does_not_flood_the_view(floor: Floor) -> None:
    """One absurd number would list a billion sales that never were, and nobody could read the view any more."""
    floor.take_sales(counted("1", 1), counted("2", 999_999_999_999))
    floor.carry()
    assert floor.rows("select count(*), max(missing_sequence) from scout.v_device_sequence_gaps") == [(10_000, 10_001)]


def test_a_sale_is_warned_about_for_each_of_its_oddities(floor: Floor) -> None:
    """What a device states and what it sends differ for a reason; a warning without its numbers is not looked at."""
    taken = {"occurred": True, "to_sku": "KOPI"}
    floor.take_sales(
        sale("1", items=[item(quantity=2), item("CHIPS")], basket_size=3, peso_value=30),
        sale("2", items=[item()], basket_size=1, peso_value=12.5),
        sale("3", gender="robot", payment_method="shells", age_bracket="18-24"),
        sale("4", substitution_event={"occurred": True, "from_sku": "RICE", "reason": "stockout"}),
        sale("5", substitution_event={"occurred": True, "from_sku": "RICE", "to_sku": "KOPI", "reason": "stockout"}),
        sale("6", basket_size=9, peso_value=9, gender="robot", status="voided"),
        sale("7", basket_size=1, peso_value=10),
        sale("8"),
        sale("9", basket_size=2, peso_value=11, gender="robot", substitution_event=taken),
    )
    floor.carry()
    assert floor.rows(WARNINGS) == [
        ("1", "basket_size_mismatch", "3 lines stated, 2 sent"),
        ("2", "value_mismatch", "12.5 stated, 10 by its lines"),
        ("3", "unmapped_value", "gender, payment_method"),
        ("4", "incomplete_substitution", "what was taken is not named"),
        ("9", "basket_size_mismatch", "2 lines stated, 1 sent"),
        ("9", "incomplete_substitution", "what was asked for is not named"),
        ("9", "unmapped_value", "gender"),
        ("9", "value_mismatch", "11 stated, 10 by its lines"),
    ]
    floor.take_sales(sale("9", basket_size=1, peso_value=10))
    floor.carry()
    assert [row for row in floor.rows(WARNINGS) if row[0] == "9"] == []
