"""scout.gold_suggestion_funnel: offered is accepted and rejected together, and only touched days are written."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline.database import Database
from scout_pipeline_tests.floor_files import Floor, sale
from scout_pipeline_tests.gold import store_days
from scout_pipeline_tests.gold.store_days import CHANGES, day, grouped, to_four

TABLE = "scout.gold_suggestion_funnel"
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
AT = "2026-02-05T12:00:00+08:00"
SUGGESTED = (
    sale("accepted", at=AT, suggestion_offered=True, suggestion_accepted=True),
    sale("rejected", at=AT, suggestion_offered=True, suggestion_accepted=False),
    sale("nobody says", at=AT, suggestion_offered=True),
    sale("nothing offered", at=AT, suggestion_offered=False, suggestion_accepted=False),
    sale("a contradiction", at=AT, suggestion_offered=False, suggestion_accepted=True),
    sale("another one", at=AT, suggestion_accepted=True),
    sale("voided", at=AT, suggestion_offered=True, suggestion_accepted=True, status="voided"),
    sale("late night", "S2", "2026-02-09T23:59:59+08:00", suggestion_offered=True, suggestion_accepted=True),
)


@pytest.fixture
def floor(database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return store_days.open_floor(database, open_folder, monkeypatch)


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


def test_figures_are_those_of_what_was_observed(floor: Floor) -> None:
    """A figure that only this table computes would be believed without anything to compare it with."""
    store_days.sell(floor, *SUGGESTED)
    found = shown(floor)
    assert found == computed(floor)
    assert found["S1", day("2026-02-05")] == (10, 3, 1, 2, Decimal("33.3333"))
    assert found["S1", day("2026-02-06")] == (1, 0, 0, 0, None), "a share of nothing is no zero"
    assert {key[0] for key in found} == {"S1", "S2", "NYC"}, "receipts of a till observe nobody"


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_writes_the_touched_days_only(floor: Floor, name: str) -> None:
    """Work would grow with history, and every day would look new although nothing changed."""
    store_days.sell(floor, *SUGGESTED)
    assert store_days.written_by(floor, CHANGES[name], TIMES) == CHANGES[name].touched
    assert shown(floor) == computed(floor)
    store_days.assert_a_rebuild_says_the_same(floor, TABLE, TIMES)


def test_the_promise_sees_a_wrong_figure(floor: Floor) -> None:
    """A guard that is satisfied by empty tables guards nothing."""
    store_days.sell(floor, *SUGGESTED)
    with floor.database.transaction() as connection:
        connection.exec_driver_sql(
            "update scout.gold_suggestion_funnel set suggestions_rejected = suggestions_rejected + 1"
        )
    assert floor.broken_promises() == ["suggestions_equal_silver"]


def test_without_observed_sales_there_is_nothing(floor: Floor) -> None:
    """A row of zeros for every day would be no figure."""
    floor.carry()
    assert shown(floor) == {}
