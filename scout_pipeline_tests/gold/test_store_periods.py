"""scout.gold_store_periods: distinct counts at the grain of each period, and only touched periods are written."""

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
    select store_code, period, period_start,
        transaction_count, units, net_revenue, unique_customers, avg_transaction_value
    from scout.gold_store_periods join scout.store_registry using (store_id)
"""
TIMES = """
    select store_code, period, period_start, refreshed_at
    from scout.gold_store_periods join scout.store_registry using (store_id)
"""


@pytest.fixture
def floor(database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return store_days.open_floor(database, open_folder, monkeypatch)


def shown(floor: Floor) -> dict[tuple[str, str, date], tuple[Any, ...]]:
    return {(row[0], row[1], row[2]): row[3:] for row in floor.rows(SHOWN)}


def computed(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    counted = [
        {**row, "period": name, "start": start}
        for row in store_days.sales_of(floor)
        for name, start in periods_of(row["day"]).items()
    ]
    return {key: basic_figures(rows) for key, rows in grouped(counted, "store", "period", "start").items()}


def test_figures_are_those_of_the_sales_of_the_period(sold: Floor) -> None:
    """A figure that only this table computes would be believed without anything to compare it with."""
    assert shown(sold) == computed(sold)


def test_a_customer_counts_once_in_a_week_and_the_week_starts_on_monday(floor: Floor) -> None:
    """Adding up the customers of days makes two of one; a week from Sunday is another week."""
    floor.take_sales(
        sale("sunday", at="2026-02-08T23:59:59+08:00", customer_id="c1"),
        sale("monday", at="2026-02-09T00:00:00+08:00", customer_id="c1"),
        sale("next sunday", at="2026-02-15T10:00:00+08:00", customer_id="c1"),
        sale("last of the month", at="2026-05-31T10:00:00+08:00"),
    )
    floor.carry()
    weeks = {key[2]: (row[0], row[3]) for key, row in shown(floor).items() if key[1] == "week"}
    assert weeks == {day("2026-02-02"): (1, 1), day("2026-02-09"): (2, 1), day("2026-05-25"): (1, 0)}
    months = {key[2]: (row[0], row[3]) for key, row in shown(floor).items() if key[1] == "month"}
    assert months == {day("2026-02-01"): (3, 1), day("2026-05-01"): (1, 0)}


def test_the_periods_of_a_day_are_those_of_the_calendar(nothing_sold: Floor) -> None:
    """The last week of a year begins in December and ends in January."""
    found = nothing_sold.rows(
        "select date_key::date, p.* from generate_series('2023-12-25'::date, '2025-01-07', '1 day') as date_key"
        " cross join lateral scout.periods_of(date_key::date) as p"
    )
    assert len(found) == 3 * 380
    for sold_on, name, start, end in found:
        assert start == periods_of(sold_on)[name]
        assert start <= sold_on < end
        assert periods_of(end)[name] == end, "the next period begins where this one ends"


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_writes_the_touched_periods_only(prepared: Prepared, name: str) -> None:
    """Work would grow with history, and every month would look new although nothing changed."""
    before, after = store_days.around(prepared, CHANGED[name])
    touched = CHANGES[name].touched
    expected = {(store, name, start) for store, sold_on in touched for name, start in periods_of(sold_on).items()}
    assert store_days.written_between(before, after, TIMES) == expected
    assert shown(after) == computed(after)


def test_without_sales_there_is_nothing(nothing_sold: Floor) -> None:
    """A row of zeros for every period would be no figure."""
    assert shown(nothing_sold) == {}
