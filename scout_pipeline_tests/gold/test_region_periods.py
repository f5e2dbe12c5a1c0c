"""scout.gold_region_periods: distinct counts at the grain of each period, and only touched periods are written."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline.database import Database
from scout_pipeline_tests.floor_files import Floor, sale
from scout_pipeline_tests.gold import store_days
from scout_pipeline_tests.gold.store_days import CHANGED, CHANGES, basic_figures, day, grouped, periods_of
from scout_pipeline_tests.prepared import Prepared

SHOWN = """
    select region, period, period_start,
        transaction_count, units, net_revenue, unique_customers, avg_transaction_value
    from scout.gold_region_periods
"""
TIMES = """
    select region, period, period_start, refreshed_at
    from scout.gold_region_periods
"""


@pytest.fixture
def floor(database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return store_days.open_floor(database, open_folder, monkeypatch)


def shown(floor: Floor) -> dict[tuple[str, str, date], tuple[Any, ...]]:
    return {(row[0], row[1], row[2]): row[3:] for row in floor.rows(SHOWN)}


def computed(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    counted = [
        {**row, "region": row["region"] or "Unspecified", "period": name, "start": start}
        for row in store_days.sales_of(floor)
        for name, start in periods_of(row["day"]).items()
    ]
    return {key: basic_figures(rows) for key, rows in grouped(counted, "region", "period", "start").items()}


def test_figures_are_those_of_the_sales_of_the_period(sold: Floor) -> None:
    """A figure that only this table computes would be believed without anything to compare it with."""
    assert shown(sold) == computed(sold)


def test_sales_without_a_region_have_a_row_of_their_own(sold: Floor) -> None:
    """They would be missing from the sum of all regions."""
    assert shown(sold)["Unspecified", "day", day("2026-02-08")][0] == 1


def test_a_customer_of_two_shops_counts_once_in_their_region(floor: Floor) -> None:
    """The regions would have more customers than there are."""
    floor.take_sales(sale("1", customer_id="c1"), sale("2", "NYC", "2026-02-05T12:00:00+08:00", customer_id="c1"))
    floor.carry()
    assert {key[:2]: row[3] for key, row in shown(floor).items() if key[1] == "month"} == {("NCR", "month"): 1}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_writes_the_touched_periods_only(prepared: Prepared, name: str) -> None:
    """Work would grow with history, and every month would look new although nothing changed."""
    before, after = store_days.around(prepared, CHANGED[name])
    # the days of the other regions are computed with them: a sale may have left one
    touched = {span for _, sold_on in CHANGES[name].touched for span in periods_of(sold_on).items()}
    regions = store_days.refresh_times(before, TIMES)
    expected = {key for key in regions if key[1:] in touched}
    written = store_days.written_between(before, after, TIMES)
    assert expected <= written
    assert {key[1:] for key in written} == touched
    assert shown(after) == computed(after)


def test_without_sales_there_is_nothing(nothing_sold: Floor) -> None:
    """A row of zeros for every period would be no figure."""
    assert shown(nothing_sold) == {}
