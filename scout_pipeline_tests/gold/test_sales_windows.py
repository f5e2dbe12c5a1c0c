"""scout.gold_sales_windows: half-open windows that end with one day for all stores, and move on with it."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline.database import Database
from scout_pipeline.gold import sales_windows
from scout_pipeline.silver import refresh as silver
from scout_pipeline_tests.floor_files import Floor, sale
from scout_pipeline_tests.gold import store_days
from scout_pipeline_tests.gold.store_days import Change, day, grouped

TABLE = "scout.gold_sales_windows"
SHOWN = """
    select store_code, as_of_date, revenue_1d, transaction_count_1d, units_1d, revenue_7d, transaction_count_7d,
        units_7d, revenue_30d, transaction_count_30d, units_30d
    from scout.gold_sales_windows join scout.store_registry using (store_id)
"""
TIMES = "select store_code, refreshed_at from scout.gold_sales_windows join scout.store_registry using (store_id)"
LATEST = day("2026-03-30")


@pytest.fixture
def floor(database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return store_days.open_floor(database, open_folder, monkeypatch)


def on(days_ago: int, store: str = "S1", **changes: Any) -> Any:
    """A sale so many days before the latest one, at noon."""
    sold_on = LATEST - timedelta(days=days_ago)
    return sale(f"{store} {days_ago}", store, f"{sold_on}T12:00:00+08:00", **changes)


def shown(floor: Floor) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in floor.rows(SHOWN)}


def counts(floor: Floor) -> dict[str, tuple[int, ...]]:
    """Transactions in the last 1, 7 and 30 days by store."""
    return {store: (row[2], row[5], row[8]) for store, row in shown(floor).items()}


def computed(floor: Floor) -> dict[str, tuple[Any, ...]]:
    sales = store_days.sales_of(floor)
    latest = max(row["day"] for row in sales)
    found = {}
    for (store,), rows in grouped(sales, "store").items():
        figures: list[Any] = [latest]
        for length in (1, 7, 30):
            days = {latest - timedelta(days=days_ago) for days_ago in range(length)}
            inside = [row for row in rows if row["day"] in days]
            revenue = sum((row["value"] for row in inside), Decimal(0))
            figures += [revenue, len(inside), sum((row["units"] for row in inside), Decimal(0))]
        found[store] = tuple(figures)
    return found


def test_figures_are_those_of_the_days_of_each_window(floor: Floor) -> None:
    """A figure that only this table computes would be believed without anything to compare it with."""
    store_days.sell(floor)
    assert shown(floor) == computed(floor)
    assert set(shown(floor)) == {"S1", "S2", "NYC", "A"}, "QUIET never sold"
    assert {row[0] for row in shown(floor).values()} == {day("2026-04-01")}
    assert counts(floor)["S1"] == (0, 0, 0), "nothing in 30 days is zero, not no row"


def test_a_window_of_seven_days_has_seven_days(floor: Floor) -> None:
    """Counting back from today with >= gives eight and thirty-one days: every comparison of weeks is 14 % too high."""
    floor.take_sales(*(on(days_ago) for days_ago in (0, 6, 7, 29, 30)), on(29, "S2"), on(30, "NYC"))
    floor.carry()
    assert counts(floor) == {"S1": (1, 2, 4), "S2": (0, 0, 1), "NYC": (0, 0, 0)}
    assert floor.broken_promises() == []


def test_when_the_latest_day_moves_on_every_window_moves_with_it(floor: Floor) -> None:
    """A store that sells nothing would show last week's revenue for ever."""
    floor.take_sales(*(on(days_ago) for days_ago in (0, 6, 29)), on(0, "S2"))
    floor.carry()
    next_day = Change((on(-1, "S2"),), frozenset())
    assert store_days.written_by(floor, next_day, TIMES) == {("S1",), ("S2",)}
    assert counts(floor) == {"S1": (0, 1, 2), "S2": (1, 2, 2)}
    # and back again, when that sale is voided
    floor.take_sales(on(-1, "S2", status="voided"))
    floor.carry()
    assert counts(floor) == {"S1": (1, 2, 3), "S2": (1, 1, 1)}
    assert shown(floor) == computed(floor)
    store_days.assert_a_rebuild_says_the_same(floor, TABLE, TIMES)


CHANGES: dict[str, tuple[Any, set[tuple[str]]]] = {
    "late": (on(3), {("S1",)}),
    "moved": (sale("S1 6", "S1", f"{LATEST - timedelta(days=8)}T12:00:00+08:00"), {("S1",)}),
    "moved_to_another_shop": (sale("S1 6", "S2", f"{LATEST}T12:00:00+08:00"), {("S1",), ("S2",)}),
    "voided": (on(6, status="voided"), {("S1",)}),
    "the_only_sale_voided": (on(2, "NYC", status="voided"), {("NYC",)}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_writes_the_touched_stores_only(floor: Floor, name: str) -> None:
    """All stores would be summed again for each sale."""
    floor.take_sales(*(on(days_ago) for days_ago in (0, 6, 29)), on(0, "S2"), on(2, "NYC"))
    floor.carry()
    change, touched = CHANGES[name]
    assert store_days.written_by(floor, Change((change,), frozenset()), TIMES) == touched
    assert shown(floor) == computed(floor)
    store_days.assert_a_rebuild_says_the_same(floor, TABLE, TIMES)


def test_windows_before_the_days_they_end_with_are_mended_afterwards(floor: Floor) -> None:
    """Computed out of order, the first windows would fail, and the next ones stay a day behind."""
    floor.take_sales(on(1), on(1, "S2"))
    silver.carry_all(floor.database)
    sales_windows.refresh(floor.database)
    assert counts(floor) == {"S1": (1, 1, 1), "S2": (1, 1, 1)}
    floor.carry()
    floor.take_sales(on(0))
    silver.carry_all(floor.database)
    sales_windows.refresh(floor.database)
    assert {row[0] for row in shown(floor).values()} == {LATEST - timedelta(days=1)}, "the new day is not shown yet"
    assert "windows_equal_silver" not in floor.broken_promises()
    floor.carry()
    assert shown(floor) == computed(floor)
    assert floor.broken_promises() == []


def test_without_sales_there_is_nothing(floor: Floor) -> None:
    """A store that never sold is no store that sold nothing lately."""
    floor.carry()
    assert shown(floor) == {}
