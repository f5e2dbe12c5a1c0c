"""Who buys: every figure equals a second computation, and only changed weeks are written."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.gold.observed_floor import CHANGED, CHANGES, OBSERVED, forget_region, refreshed
from scout_pipeline_tests.prepared import Prepared

KEYED = """
    select region, week_start, gender, age_bracket, economic_class, refreshed_at from scout.gold_demographics
"""
SHOWN = """
    select
        region, week_start, gender, age_bracket, economic_class,
        transaction_count, unique_customers, net_revenue, units
    from scout.gold_demographics
"""


@pytest.fixture
def floor(prepared: Prepared, tmp_path: Path) -> Floor:
    return Floor(prepared.copy(OBSERVED), tmp_path)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def expected(floor: Floor) -> set[tuple[Any, ...]]:
    """The figures, from rows of silver that are put together here."""
    groups = defaultdict(list)
    for region, day, *observed, customer, value, units in floor.rows(
        "select region, date_key, gender, age_bracket, economic_class, customer_id, peso_value, units"
        " from scout.silver_transactions_cleaned where deleted_at is null"
    ):
        if any(observed):
            group = (region or "Unspecified", monday(day), *(seen or "unknown" for seen in observed))
            groups[group].append((customer, value, units))
    return {
        (
            *group,
            len(sales),
            len({customer for customer, _, _ in sales if customer}),
            sum(value for _, value, _ in sales),
            sum(units for _, _, units in sales),
        )
        for group, sales in groups.items()
    }


def test_demographics_equal_an_independent_computation(floor: Floor) -> None:
    """A customer in two shops would count twice, and sales that nobody observed would pass as a group of their own."""
    forget_region(floor, "6")
    shown = floor.rows(SHOWN)
    assert len(shown) == len(set(shown))
    assert set(shown) == expected(floor)
    by_key = {row[:5]: row[5:] for row in shown}
    week = date(2026, 2, 2)
    # three sales in two shops and on two days: one customer
    assert by_key["NCR", week, "female", "18-24", "D"] == (3, 1, Decimal(30), Decimal(3))
    assert by_key["Unspecified", week, "unknown", "55+", "unknown"] == (1, 0, Decimal(10), Decimal(1))
    # the same week on both sides of a month
    assert by_key["NCR", date(2026, 2, 23), "male", "unknown", "unknown"] == (2, 0, Decimal(20), Decimal(2))
    assert sum(row[5] for row in shown) == 9, "neither the voided sale nor the one of which nothing was observed"
    assert floor.broken_promises() == []


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_writes_its_own_weeks_only(prepared: Prepared, change: str) -> None:
    """Work would grow with history; a week left out would keep the old figure."""
    _, days = CHANGES[change]
    floor = Floor(prepared.look(CHANGED[change]), Path())
    before, after = refreshed(Floor(prepared.look(OBSERVED), Path()), KEYED), refreshed(floor, KEYED)
    assert set(floor.rows(SHOWN)) == expected(floor)
    touched = {monday(date.fromisoformat(day)) for day in days}
    assert {key for key in after if after[key] != before.get(key)} == {key for key in after if key[1] in touched}
    assert set(before) - set(after) <= {key for key in before if key[1] in touched}
