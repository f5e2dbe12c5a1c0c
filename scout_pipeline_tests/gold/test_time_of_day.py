"""scout.gold_time_of_day: each hour belongs to one part of its day."""

from typing import Any

import pytest

from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.gold import store_days
from scout_pipeline_tests.gold.store_days import CHANGED, CHANGES, basic_figures, day, grouped
from scout_pipeline_tests.prepared import Prepared

SHOWN = """
    select store_code, date_key, time_of_day, transaction_count, units, net_revenue, unique_customers
    from scout.gold_time_of_day join scout.store_registry using (store_id)
"""
TIMES = """
    select store_code, date_key, time_of_day, refreshed_at
    from scout.gold_time_of_day join scout.store_registry using (store_id)
"""
PARTS = ["night"] * 6 + ["morning"] * 6 + ["afternoon"] * 6 + ["evening"] * 4 + ["night"] * 2


def shown(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {row[:3]: row[3:] for row in floor.rows(SHOWN)}


def computed(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    sales = [{**row, "part": PARTS[row["hour"]]} for row in store_days.sales_of(floor)]
    return {key: basic_figures(rows)[:4] for key, rows in grouped(sales, "store", "day", "part").items()}


def test_every_hour_has_its_part_of_the_day(nothing_sold: Floor) -> None:
    """The hour on a border would count with another part in each report."""
    found = nothing_sold.rows("select scout.time_of_day(hour) from generate_series(0, 23) as hour order by hour")
    assert [part for (part,) in found] == PARTS


def test_figures_are_those_of_the_sales_of_that_part(sold: Floor) -> None:
    """A figure that only this table computes would be believed without anything to compare it with."""
    found = shown(sold)
    assert found == computed(sold)
    assert {key[2] for key in found} == set(PARTS)
    counted = {key[2]: row[0] for key, row in found.items() if key[:2] == ("S2", day("2026-02-05"))}
    assert counted == {"afternoon": 1, "evening": 1}, "17:59:59 and 18:00"


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_writes_the_touched_days_only(prepared: Prepared, name: str) -> None:
    """Work would grow with history, and every day would look new although nothing changed."""
    before, after = store_days.around(prepared, CHANGED[name])
    written = store_days.written_between(before, after, TIMES)
    assert {key[:2] for key in written} == CHANGES[name].touched
    assert shown(after) == computed(after)


def test_without_sales_there_is_nothing(nothing_sold: Floor) -> None:
    """A row of zeros for every part of every day would be no figure."""
    assert shown(nothing_sold) == {}
