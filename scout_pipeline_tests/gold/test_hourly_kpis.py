"""scout.gold_hourly_kpis: the hours are those of the store, and only touched hours are written."""

from typing import Any

import pytest

from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.gold import store_days
from scout_pipeline_tests.gold.store_days import CHANGED, CHANGES, basic_figures, grouped
from scout_pipeline_tests.prepared import Prepared

SHOWN = """
    select store_code, date_key, sold_hour,
        transaction_count, units, net_revenue, unique_customers, avg_transaction_value
    from scout.gold_hourly_kpis join scout.store_registry using (store_id)
"""
TIMES = """
    select store_code, date_key, sold_hour, refreshed_at
    from scout.gold_hourly_kpis join scout.store_registry using (store_id)
"""


def shown(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {row[:3]: row[3:] for row in floor.rows(SHOWN)}


def test_figures_are_those_of_the_sales_of_the_hour(sold: Floor) -> None:
    """A figure that only this table computes would be believed without anything to compare it with."""
    expected = grouped(store_days.sales_of(sold), "store", "day", "hour")
    found = shown(sold)
    assert found == {key: basic_figures(rows) for key, rows in expected.items()}
    assert len(found) > 10


def test_the_hour_is_the_one_on_the_wall_of_the_shop(sold: Floor) -> None:
    """Midnight in Manila is 16 o'clock in UTC: the evening rush would stand in the morning of another day."""
    hours = [(str(key[1]), key[2], found[0]) for key, found in sorted(shown(sold).items()) if key[0] in ("S1", "NYC")]
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
def test_a_change_writes_the_touched_days_only(prepared: Prepared, name: str) -> None:
    """Work would grow with history, and every hour would look new although nothing changed."""
    before, after = store_days.around(prepared, CHANGED[name])
    written = store_days.written_between(before, after, TIMES)
    assert {key[:2] for key in written} == CHANGES[name].touched
    expected = grouped(store_days.sales_of(after), "store", "day", "hour")
    assert shown(after) == {key: basic_figures(rows) for key, rows in expected.items()}


def test_without_sales_there_is_nothing(nothing_sold: Floor) -> None:
    """A row of zeros for every hour of every shop would be more rows than sales."""
    assert shown(nothing_sold) == {}
