"""scout.gold_hourly_kpis: the hours are those of the store, and only touched hours are written."""

from pathlib import Path
from typing import Any

import pytest

from scout_pipeline.database import Database
from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.gold import store_days
from scout_pipeline_tests.gold.store_days import CHANGES, basic_figures, grouped

TABLE = "scout.gold_hourly_kpis"
SHOWN = """
    select store_code, date_key, sold_hour,
        transaction_count, units, net_revenue, unique_customers, avg_transaction_value
    from scout.gold_hourly_kpis join scout.store_registry using (store_id)
"""
TIMES = """
    select store_code, date_key, sold_hour, refreshed_at
    from scout.gold_hourly_kpis join scout.store_registry using (store_id)
"""


@pytest.fixture
def floor(database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return store_days.open_floor(database, open_folder, monkeypatch)


def shown(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {row[:3]: row[3:] for row in floor.rows(SHOWN)}


def test_figures_are_those_of_the_sales_of_the_hour(floor: Floor) -> None:
    """A figure that only this table computes would be believed without anything to compare it with."""
    store_days.sell(floor)
    expected = grouped(store_days.sales_of(floor), "store", "day", "hour")
    found = shown(floor)
    assert found == {key: basic_figures(rows) for key, rows in expected.items()}
    assert len(found) > 10


def test_the_hour_is_the_one_on_the_wall_of_the_shop(floor: Floor) -> None:
    """Midnight in Manila is 16 o'clock in UTC: the evening rush would stand in the morning of another day."""
    store_days.sell(floor)
    hours = [(str(key[1]), key[2], found[0]) for key, found in sorted(shown(floor).items()) if key[0] in ("S1", "NYC")]
    assert hours == [
        ("2025-11-02", 1, 2),
        ("2026-03-08", 1, 1),
        ("2026-03-08", 3, 1),
        ("2026-02-05", 10, 2),
        ("2026-02-05", 11, 1),
        ("2026-02-05", 23, 1),
        ("2026-02-06", 0, 1),
    ]


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_writes_the_touched_days_only(floor: Floor, name: str) -> None:
    """Work would grow with history, and every hour would look new although nothing changed."""
    store_days.sell(floor)
    written = store_days.written_by(floor, CHANGES[name], TIMES)
    assert {key[:2] for key in written} == CHANGES[name].touched
    expected = grouped(store_days.sales_of(floor), "store", "day", "hour")
    assert shown(floor) == {key: basic_figures(rows) for key, rows in expected.items()}
    store_days.assert_a_rebuild_says_the_same(floor, TABLE, TIMES)


def test_without_sales_there_is_nothing(floor: Floor) -> None:
    """A row of zeros for every hour of every shop would be more rows than sales."""
    floor.carry()
    assert shown(floor) == {}
