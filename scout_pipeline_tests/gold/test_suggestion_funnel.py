"""scout.gold_suggestion_funnel: offered is accepted and rejected together, and only touched days are written."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.gold import store_days
from scout_pipeline_tests.gold.store_days import CHANGES, SUGGESTED, SUGGESTED_CHANGED, day, grouped, to_four
from scout_pipeline_tests.prepared import Prepared

SHOWN = """
    select store_code, date_key,
        transactions_observed, suggestions_offered, suggestions_accepted, suggestions_rejected, acceptance_pct
    from scout.gold_suggestion_funnel join scout.store_registry using (store_id)
"""
TIMES = """
    select store_code, date_key, refreshed_at
    from scout.gold_suggestion_funnel join scout.store_registry using (store_id)
"""
BEHAVIORS = """
    select store_code, date_key, suggestion_offered, suggestion_accepted
    from scout.silver_request_behaviors join scout.store_registry using (store_id)
"""


def shown(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {row[:2]: row[2:] for row in floor.rows(SHOWN)}


def computed(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    names = ("store", "day", "offered", "accepted")
    found = {}
    for key, rows in grouped([dict(zip(names, row, strict=True)) for row in floor.rows(BEHAVIORS)], *names[:2]).items():
        offered = [row for row in rows if row["offered"]]
        accepted = sum(bool(row["accepted"]) for row in offered)
        share = to_four(Decimal(100) * accepted / len(offered)) if offered else None
        found[key] = (len(rows), len(offered), accepted, len(offered) - accepted, share)
    return found


def test_figures_are_those_of_what_was_observed(prepared: Prepared) -> None:
    """A figure that only this table computes would be believed without anything to compare it with."""
    floor = Floor(prepared.look(SUGGESTED), Path())
    found = shown(floor)
    assert found == computed(floor)
    assert found["S1", day("2026-02-05")] == (10, 3, 1, 2, Decimal("33.3333"))
    assert found["S1", day("2026-02-06")] == (1, 0, 0, 0, None), "a share of nothing is no zero"
    assert {key[0] for key in found} == {"S1", "S2", "NYC"}, "receipts of a till observe nobody"


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_writes_the_touched_days_only(prepared: Prepared, name: str) -> None:
    """Work would grow with history, and every day would look new although nothing changed."""
    before, after = store_days.around(prepared, SUGGESTED_CHANGED[name])
    assert store_days.written_between(before, after, TIMES) == CHANGES[name].touched
    assert shown(after) == computed(after)


def test_the_promise_sees_a_wrong_figure(prepared: Prepared) -> None:
    """A guard that is satisfied by empty tables guards nothing."""
    floor = Floor(prepared.copy(SUGGESTED), Path())
    with floor.database.transaction() as connection:
        connection.exec_driver_sql(
            "update scout.gold_suggestion_funnel set suggestions_rejected = suggestions_rejected + 1"
        )
    assert floor.broken_promises() == ["suggestions_equal_silver"]


def test_without_observed_sales_there_is_nothing(nothing_sold: Floor) -> None:
    """A row of zeros for every day would be no figure."""
    assert shown(nothing_sold) == {}
