"""scout.gold_region_hours: hours of a region, customers counted in each, and only touched days are written."""

from pathlib import Path
from typing import Any

import pytest

from scout_pipeline_tests.floor_files import Floor, sale
from scout_pipeline_tests.gold import store_days
from scout_pipeline_tests.gold.store_days import CHANGED, CHANGES, basic_figures, day, grouped
from scout_pipeline_tests.prepared import Prepared, State

SHOWN = """
    select region, date_key, sold_hour,
        transaction_count, units, net_revenue, unique_customers, avg_transaction_value
    from scout.gold_region_hours
"""
ELSEWHERE = sale("elsewhere", "NYC", "2026-02-05T10:05:00-05:00", customer_id="c1")
WITH_ELSEWHERE = State("sold elsewhere too", store_days.selling(ELSEWHERE))
TIMES = "select region, date_key, sold_hour, refreshed_at from scout.gold_region_hours"


def shown(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {row[:3]: row[3:] for row in floor.rows(SHOWN)}


def computed(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    counted = [{**row, "region": row["region"] or "Unspecified"} for row in store_days.sales_of(floor)]
    return {key: basic_figures(rows) for key, rows in grouped(counted, "region", "day", "hour").items()}


def test_figures_are_those_of_the_sales_of_the_hour(prepared: Prepared) -> None:
    """A customer of two shops would count twice in their region, and a sale without a region nowhere."""
    floor = Floor(prepared.look(WITH_ELSEWHERE), Path())
    assert shown(floor) == computed(floor)
    assert shown(floor)["NCR", day("2026-02-05"), 10][0::3] == (3, 1), "the same hour of two shops in two time zones"
    assert ("Unspecified", day("2026-02-08"), 12) in shown(floor)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_writes_the_touched_days_only(prepared: Prepared, name: str) -> None:
    """Work would grow with history, and a region that a sale left would keep it."""
    before, after = store_days.around(prepared, CHANGED[name])
    written = store_days.written_between(before, after, TIMES)
    assert {key[1] for key in written} == {sold_on for _, sold_on in CHANGES[name].touched}
    assert shown(after) == computed(after)
