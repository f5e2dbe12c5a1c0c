"""What was taken instead of what: counts against a computation without SQL, and what changes rebuild."""

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline.database import Database
from scout_pipeline_tests.floor_files import SMALL_WORLD, Document, Floor, item, sale
from scout_pipeline_tests.gold.product_sales import Key, assert_equal_to_a_rebuild, touched

TABLE, GRAIN = "gold_substitution_flows", ("date_key", "from_sku", "to_sku", "reason")
FIGURES = """
    select date_key, from_sku, to_sku, reason, substitution_count, store_count from scout.gold_substitution_flows
"""
FIRST, SECOND = date(2026, 2, 1), date(2026, 2, 2)


def swap(identifier: str, store: str, at: str, *codes: str | None, **changes: Any) -> Document:
    """A sale in which the second code was taken instead of the first; the third is the reason."""
    event = dict(zip(("from_sku", "to_sku", "reason"), codes, strict=False))
    return sale(
        identifier, store, at, [item("KOPI", 1, 8.5)], substitution_event={"occurred": True, **event}, **changes
    )


SALES = (
    swap("1", "S1", "2026-02-01T00:00:00+08:00", "CHIPS", "KOPI", "stockout"),
    swap("2", "S1", "2026-02-01T15:59:59Z", " chips", "KOPI", "STOCKOUT"),
    swap("3", "S2", "2026-02-01T09:00:00+08:00", "CHIPS", "KOPI", "stockout"),
    swap("4", "S2", "2026-02-01T09:00:00+08:00", "CHIPS", "KOPI", "suggestion"),
    swap("5", "S2", "2026-02-01T09:00:00+08:00", "KOPI", "CHIPS"),
    swap("6", "S2", "2026-02-01T16:00:00Z", "CHIPS", "KOPI", "stockout"),
    # one product unknown, nothing happened, voided
    swap("7", "S1", "2026-02-02T09:00:00+08:00", "CHIPS", None, "stockout"),
    sale("8", substitution_event={"occurred": False, "from_sku": "CHIPS", "to_sku": "KOPI"}),
    swap("9", "S1", "2026-02-02T09:00:00+08:00", "RICE", "KOPI", "stockout", status="voided"),
)


@pytest.fixture
def floor(database: Database, open_folder: Path) -> Floor:
    floor = Floor(database, open_folder)
    floor.take_reference(*SMALL_WORLD)
    floor.take_sales(*SALES)
    floor.carry()
    return floor


def expected(floor: Floor) -> set[Key]:
    stores = defaultdict(list)
    for store, day, source, target, reason, is_complete in floor.rows(
        "select store_id, date_key, from_sku, to_sku, reason, is_complete from scout.silver_substitutions"
    ):
        if is_complete:
            stores[day, source, target, reason].append(store)
    return {(*key, len(found), len(set(found))) for key, found in stores.items()}


def test_flows_equal_a_computation_without_sql(floor: Floor) -> None:
    """A voided sale, or one whose second product nobody knows, would stand as a flow."""
    found = set(floor.rows(FIGURES))
    assert found == expected(floor)
    assert found == {
        (FIRST, "CHIPS", "KOPI", "stockout", 3, 2),
        (FIRST, "CHIPS", "KOPI", "suggestion", 1, 1),
        (FIRST, "KOPI", "CHIPS", "unknown", 1, 1),
        (SECOND, "CHIPS", "KOPI", "stockout", 1, 1),
    }
    assert floor.broken_promises() == []


def test_late_moved_and_voided_substitutions_rebuild_their_days(floor: Floor) -> None:
    """A flow whose only sale moved away or was voided would stay on its day."""
    late = swap("late", "S1", "2026-02-02T20:00:00+08:00", "CHIPS", "KOPI", "stockout")
    assert touched(floor, TABLE, GRAIN, late) == {(SECOND, "CHIPS", "KOPI", "stockout")}
    moved = {**SALES[4], "timestamp": "2026-02-02T09:00:00+08:00"}
    assert {key[0] for key in touched(floor, TABLE, GRAIN, moved)} == {FIRST, SECOND}
    voided = {**SALES[3], "status": "voided"}
    assert {key[0] for key in touched(floor, TABLE, GRAIN, voided)} == {FIRST}
    assert set(floor.rows(FIGURES)) == expected(floor)
    assert {row[:4] for row in floor.rows(FIGURES)} == {
        (FIRST, "CHIPS", "KOPI", "stockout"),
        (SECOND, "CHIPS", "KOPI", "stockout"),
        (SECOND, "KOPI", "CHIPS", "unknown"),
    }


def test_flows_are_those_of_a_rebuild(floor: Floor) -> None:
    """The history of arrivals would show in the figures."""
    assert_equal_to_a_rebuild(floor, f"scout.{TABLE}")
