"""scout.gold_region_hours: hours of a region, customers counted in each, and only touched days are written."""

from pathlib import Path
from typing import Any

import pytest

from scout_pipeline.database import Database
from scout_pipeline_tests.floor_files import Floor, sale
from scout_pipeline_tests.gold import store_days
from scout_pipeline_tests.gold.store_days import CHANGES, basic_figures, day, grouped

TABLE = "scout.gold_region_hours"
SHOWN = """
    select region, date_key, sold_hour,
        transaction_count, units, net_revenue, unique_customers, avg_transaction_value
    from scout.gold_region_hours
"""
TIMES = "select region, date_key, sold_hour, refreshed_at from scout.gold_region_hours"


@pytest.fixture
def floor(database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return store_days.open_floor(database, open_folder, monkeypatch)


def shown(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {row[:3]: row[3:] for row in floor.rows(SHOWN)}


def computed(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    counted = [{**row, "region": row["region"] or "Unspecified"} for row in store_days.sales_of(floor)]
    return {key: basic_figures(rows) for key, rows in grouped(counted, "region", "day", "hour").items()}


def test_figures_are_those_of_the_sales_of_the_hour(floor: Floor) -> None:
    """A customer of two shops would count twice in their region, and a sale without a region nowhere."""
    floor.take_sales(sale("elsewhere", "NYC", "2026-02-05T10:05:00-05:00", customer_id="c1"))
    store_days.sell(floor)
    assert shown(floor) == computed(floor)
    assert shown(floor)["NCR", day("2026-02-05"), 10][0::3] == (3, 1), "the same hour of two shops in two time zones"
    assert ("Unspecified", day("2026-02-08"), 12) in shown(floor)


@pytest.mark.parametrize("change", ["moved", "voided"])
def test_a_change_writes_the_touched_days_only(floor: Floor, change: str) -> None:
    """Work would grow with history, and a region that a sale left would keep it."""
    store_days.sell(floor)
    written = store_days.written_by(floor, CHANGES[change], TIMES)
    assert {key[1] for key in written} == {sold_on for _, sold_on in CHANGES[change].touched}
    assert shown(floor) == computed(floor)
    store_days.assert_a_rebuild_says_the_same(floor, TABLE, TIMES)
